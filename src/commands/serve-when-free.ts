import type { HttpServer } from "../observe/http.ts";
import { HttpFault } from "../observe/listen.ts";
import type { Log } from "../observe/log.ts";

/** A port that another program has is asked for again so often. */
const askMs = 500;

/**
 * Serves as `serve` does, and says where. With `waits` a port that is taken is waited for, as that of the
 * service that it stands by for: two of them may be given one port on one host. Else, and where the port
 * cannot be had for another reason, throws `HttpFault`.
 */
export function serveWhenFree(serve: () => HttpServer, log: Log, waits: boolean): AsyncDisposable {
  let server: HttpServer | undefined;
  let timer: Timer | undefined;
  const tryToServe = () => {
    server = serve();
    clearInterval(timer);
    log.info("status_page_served", { url: server.url.href });
  };
  try {
    tryToServe();
  } catch (cause) {
    if (!waits || !(cause instanceof HttpFault) || cause.code !== "EADDRINUSE") throw cause;
    log.warn("status_page_waits", { why: cause.message });
    timer = setInterval(() => {
      try {
        tryToServe();
      } catch (fault) {
        // It was told why; what else may be wrong by now is no reason to end.
        if (!(fault instanceof HttpFault)) throw fault;
      }
    }, askMs);
  }
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await server?.[Symbol.asyncDispose]();
    },
  };
}
