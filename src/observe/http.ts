import { maskedJson } from "../base/safe-json.ts";
import { warnOfDisk } from "./disks.ts";
import { EventHub } from "./event-hub.ts";
import { scraperOf } from "./first-scrapes.ts";
import { History, historyStepSeconds } from "./history.ts";
import { askedUrl, isLoopback, refuseRequest, respond } from "./http-guard.ts";
import { listen } from "./listen.ts";
import { assets } from "./page/assets.ts";
import { renderMissingPage, renderPage, renderRefusedPage } from "./page/document.ts";
import { refusedId } from "./page/refused.ts";
import { renderRegions } from "./page/regions.ts";
import type { View } from "./page/view.ts";
import type { ServiceState } from "./state.ts";

/** Where the server listens. */
export interface HttpAddress {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

/** Answers for what was ingested, beside the status page. */
export interface ResultsAnswers {
  /** Where questions with a body are taken, too. */
  readonly postPath: string;
  answer(request: Request, url: URL): Promise<Response>;
}

/** Where the server listens, and what it shows. */
export interface HttpOptions extends HttpAddress {
  /** What `/metrics` answers, usually a `Metrics`. */
  readonly metrics: { scrape(scraper?: string): Promise<string>; readonly contentType: string };
  readonly state: ServiceState;
  /** Told of every request that failed; the asker sees only "500". */
  readonly onError: (error: unknown) => void;
  /** How often open pages are refreshed. */
  readonly refreshMs?: number;
  /** How often a point is added to the charts. */
  readonly stepMs?: number;
  /** Absent: what was ingested is not shown. */
  readonly results?: ResultsAnswers | undefined;
}

/** A server that listens until it is disposed of. */
export interface HttpServer extends AsyncDisposable {
  readonly url: URL;
}

/**
 * Serves metrics, health, readiness and the status page until it is disposed of.
 * Throws `HttpFault` when the address cannot be had.
 */
export function serveHttp(options: HttpOptions): HttpServer {
  const { state, results } = options;
  const history = new History();
  const events = new EventHub();
  const boundToLoopback = isLoopback(options.host);
  const view = (): View => ({
    snapshot: state.snapshot(),
    notReady: state.ready(),
    points: history.points,
    nowMs: Date.now(),
    hasResults: results !== undefined,
  });

  const whole = { ...options, choose, maxBodyBytes: results ? 256 << 10 : 4096 };
  const server = listen(whole, async (request, { keepOpen, address }) => {
    const url = askedUrl(request);
    const pathname = url?.pathname ?? "";
    const takesPosts = results !== undefined && pathname.startsWith(results.postPath);
    const refusal = refuseRequest(request, boundToLoopback, takesPosts ? methods : undefined);
    if (refusal || !url) return refusal ?? respond("Invalid path.\n", { status: 400 });
    switch (pathname) {
      case "/":
        // Today's scrapers may ask for any path; a browser never wants this type.
        if (/version=0\.0\.4|openmetrics/.test(request.headers.get("accept") ?? "")) break;
        return page(renderPage(view()));
      case "/metrics":
      case "/metrics/":
        break;
      case "/health":
        return respond("alive\n");
      case "/ready": {
        const reason = state.ready();
        const warnings = state.snapshot().disks.flatMap((disk) => warnOfDisk(disk) ?? []);
        const lines = [reason === undefined ? "ready" : `not ready: ${reason}`].concat(
          warnings.map((warning) => `warning: ${warning}`),
        );
        return respond(`${lines.join("\n")}\n`, { status: reason === undefined ? 200 : 503 });
      }
      case "/events":
        if (request.method === "HEAD") return respond(null, typed("text/event-stream"));
        keepOpen();
        return events.connect();
      case "/status.json":
        return respond(
          maskedJson({ ...state.snapshot(), notReady: state.ready() ?? null }),
          typed("application/json"),
        );
      default:
        if (results && !isOwnPath(pathname)) return results.answer(request, url);
        return answerOther(pathname, state);
    }
    const scraper = scraperOf(request.headers.get("user-agent"), address());
    return respond(await options.metrics.scrape(scraper), typed(options.metrics.contentType));
  });

  const addPoint = () => guard(options, () => history.add(state.snapshot(), Date.now()));
  addPoint();
  const sampling = setInterval(addPoint, options.stepMs ?? historyStepSeconds * 1000);
  const refreshing = setInterval(() => {
    if (events.size === 0) return;
    guard(options, () => events.publish(renderTexts(view())));
  }, options.refreshMs ?? 1000);

  return {
    url: server.url,
    async [Symbol.asyncDispose]() {
      clearInterval(sampling);
      clearInterval(refreshing);
      events[Symbol.dispose]();
      await server.stop(true);
    },
  };
}

// --- internal ---

const choose = "choose with --metrics-port and --metrics-host, or --metrics-port 0 for none";
const methods = ["GET", "HEAD", "POST"];

/** Whether a path is of the status page. */
function isOwnPath(pathname: string): boolean {
  return assets.has(pathname) || pathname.startsWith("/refused/");
}

function guard(options: HttpOptions, work: () => void): void {
  try {
    work();
  } catch (error) {
    options.onError(error);
  }
}

function typed(contentType: string): { headers: Record<string, string> } {
  return { headers: { "content-type": contentType } };
}

function page(text: string, status = 200): Response {
  return respond(text, { status, ...typed("text/html; charset=utf-8") });
}

function answerOther(pathname: string, state: ServiceState): Response {
  const asset = assets.get(pathname);
  if (asset) return respond(asset.body, typed(asset.contentType));
  const id = /^\/refused\/([0-9a-z]+)$/.exec(pathname)?.[1];
  if (id === undefined) return page(renderMissingPage("No such page."), 404);
  const refused = state
    .snapshot()
    .refused.flatMap(({ newest }) => newest)
    .find((one) => refusedId(one) === id);
  return refused === undefined
    ? page(
        renderMissingPage(
          "This refusal is no longer in memory; kci-ingester failed list still has it.",
        ),
        404,
      )
    : page(renderRefusedPage(refused));
}

function renderTexts(view: View): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [id, region] of Object.entries(renderRegions(view))) texts[id] = region.toString();
  return texts;
}
