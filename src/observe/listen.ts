import { Fault } from "../base/fault.ts";
import { limitHint } from "../base/system-limits.ts";
import { respond } from "./http-guard.ts";

/** An HTTP server could not start. */
export class HttpFault extends Fault {
  override readonly name = "HttpFault";
}

/** Where to listen, and what bounds a request. */
export interface ListenOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** For the hint where the address cannot be had: how to choose another. */
  readonly choose: string;
  readonly maxBodyBytes: number;
  /** Who takes nothing of an answer, or sends nothing of a request, for so long is cut off; 10 unless given. */
  readonly idleSeconds?: number;
  /** Told of every request that failed; the asker sees only "500". */
  readonly onError: (error: unknown) => void;
}

/** What an answer may need of its connection. */
export interface Line {
  /** Lets the answer take as long as it likes. */
  keepOpen(): void;
  /** Of whoever asks. */
  address(): string;
}

const usualIdleSeconds = 10;

/** Makes the response to a request. */
export type AnswerRequest = (request: Request, line: Line) => Promise<Response>;

/** Listens for HTTP until it is stopped. Throws {@link HttpFault} when the address cannot be had. */
export function listen(options: ListenOptions, answer: AnswerRequest) {
  const { host, port, choose } = options;
  try {
    return Bun.serve({
      hostname: host,
      port,
      development: false,
      // Outside development Bun shares ports: a second service would silently take half the requests.
      reusePort: false,
      maxRequestBodySize: options.maxBodyBytes,
      idleTimeout: options.idleSeconds ?? usualIdleSeconds,
      fetch: (request, server) =>
        answer(request, {
          keepOpen: () => server.timeout(request, 0),
          address: () => server.requestIP(request)?.address ?? "",
        }),
      error(error) {
        options.onError(error);
        return respond("Something went wrong; see the service's log.\n", { status: 500 });
      },
    });
  } catch (cause) {
    const code =
      cause instanceof Error && "code" in cause && typeof cause.code === "string"
        ? cause.code
        : undefined;
    const taken = `the port is in use, or the address does not belong to this machine: ${choose}`;
    const privileged = `this user may not use ports below 1024: ${choose}`;
    throw new HttpFault(`cannot listen on ${host} port ${port}: ${code ?? String(cause)}`, {
      operation: "listen for HTTP",
      path: `${host}:${port}`,
      class: "operator",
      code,
      hint: limitHint(code) ?? (code === "EACCES" ? privileged : taken),
      cause,
    });
  }
}
