import { askedUrl, isLoopback, refuseRequest, respond } from "../observe/http-guard.ts";
import { listen } from "../observe/listen.ts";
import { type ApiOptions, answerApi, apiPath } from "./answer-api.ts";
import type { AnswerCache } from "./answer-cache.ts";

/** Where the server listens, and from what it answers. */
export interface ResultsServerOptions extends ApiOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Answers what is not below `/api/`; undefined where it has no such page. */
  readonly page?: (request: Request, url: URL) => Promise<Response | undefined>;
  /** Keeps what the API answers. */
  readonly cache?: AnswerCache;
  /** Told of every request that failed; the asker sees only "500". */
  readonly onError: (error: unknown) => void;
}

/** A server that listens until it is disposed of. */
export interface ResultsServer extends AsyncDisposable {
  readonly url: URL;
}

/** The largest body of a question. */
const maxBodyBytes = 256 << 10;
/** Read by POST too: its questions have bodies. */
const methods = ["GET", "HEAD", "POST"];

/**
 * Serves the read API, and pages beside it, until it is disposed of. Throws `HttpFault` when the address cannot
 * be had.
 */
export function serveResults(options: ResultsServerOptions): ResultsServer {
  const boundToLoopback = isLoopback(options.host);
  const choose = "choose with --port and --host";
  const server = listen({ ...options, choose, maxBodyBytes }, async (request) => {
    const url = askedUrl(request);
    const isApi = url?.pathname.startsWith(apiPath) ?? false;
    const refusal = refuseRequest(request, boundToLoopback, isApi ? methods : undefined);
    if (refusal || !url) return refusal ?? respond("Invalid path.\n", { status: 400 });
    if (isApi) {
      const make = (asked: Request) => answerApi(asked, url, options);
      const answer = await (options.cache?.answer(request, url, make) ?? make(request));
      if (answer) return answer;
    }
    const page = await options.page?.(request, url);
    return page ?? respond("No such page.\n", { status: 404 });
  });
  return {
    url: server.url,
    async [Symbol.asyncDispose]() {
      await server.stop(true);
    },
  };
}
