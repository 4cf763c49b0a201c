import { apiPath } from "../api/answer-api.ts";
import type { Config } from "../config/config.ts";
import { excerptSettings } from "../config/monitor-settings.ts";
import { readSetting } from "../config/read-setting.ts";
import { joinEvents } from "../events/join-events.ts";
import type { ServiceEvents } from "../events/service-events.ts";
import { ActivityCounters } from "../observe/activity-counters.ts";
import { countEvents } from "../observe/count-events.ts";
import { DiskWatch } from "../observe/disk-watch.ts";
import { type HttpAddress, serveHttp } from "../observe/http.ts";
import type { Log } from "../observe/log.ts";
import { Metrics } from "../observe/metrics.ts";
import { openNotifier } from "../observe/notify.ts";
import { stallReason } from "../observe/readiness.ts";
import { type Observed, ServiceWatch } from "../observe/service-watch.ts";
import { ResultsThread } from "../pages/results-thread.ts";
import { spawnResultsThread } from "../spawn.ts";
import { lastIngestionMs } from "../spool/last-ingestion.ts";
import type { Spool } from "../spool/spool.ts";
import { excerptResults } from "../storage/result.ts";
import { storeKind } from "../store/store-kind.ts";
import { commit, release } from "../version.ts";
import { diskPlaces } from "./disk-places.ts";
import { readerTimeouts } from "./reader-timeouts.ts";
import { serveWhenFree } from "./serve-when-free.ts";

/** What is told of a service while it runs; ends when it is disposed of. */
export interface Observers extends AsyncDisposable {
  events: ServiceEvents;
  countExcerpt(result: string): void;
  countRefusals(result: string, count: number): void;
}

/**
 * Serves metrics and status page, and tells the service manager how it goes. Throws `HttpFault` when
 * the port cannot be had; with `standby` one that is taken is waited for.
 */
export async function observeService(
  config: Config,
  log: Log,
  spool: Spool,
  observed: Omit<Observed, "disks">,
): Promise<Observers> {
  const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID } = process.env;
  const counters = new ActivityCounters();
  const disks = new DiskWatch(diskPlaces(spool, config.databaseUrl), log);
  const state = new ServiceWatch(config, counters, { ...observed, disks: () => disks.readings });
  const metrics = new Metrics({
    version: release,
    commit,
    maxMemoryBytes: config.maxMemoryBytes,
    read: () => ({ ...state.readings(), notedSuccessMs: lastSuccess(spool.root) }),
    errorClasses: await storeKind(config.databaseUrl).errorClasses(),
    excerptResults,
  });
  const { metrics: place } = config;
  const onError = (error: unknown) => log.error("http_failed", { error });
  const thread = config.results ? resultsThread(config) : undefined;
  const results = thread && {
    postPath: apiPath,
    answer: (request: Request, url: URL) => thread.answer(request, url),
  };
  const serve = (address: HttpAddress) =>
    serveHttp({ ...address, metrics, state, onError, results });
  const http = place && serveWhenFree(() => serve(place), log, config.standby);
  const notifier = openNotifier({ NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID });
  notifier.ready();
  notifier.status(state.line());
  notifier.watch(() => stallReason(state.progress()));
  const timer = setInterval(() => notifier.status(state.line()), 5_000);
  return {
    events: joinEvents(countEvents(metrics, counters), state.events),
    countExcerpt: (result) => metrics.excerptUploaded(result),
    countRefusals: (result, count) => metrics.refusalsTold(result, count),
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      disks[Symbol.dispose]();
      notifier.stopping();
      notifier[Symbol.dispose]();
      thread?.[Symbol.dispose]();
      await http?.[Symbol.asyncDispose]();
    },
  };
}

// --- internal ---

function lastSuccess(root: string): number | undefined {
  try {
    return lastIngestionMs(root);
  } catch {
    // What keeps the spool from being read is told where files are read.
    return undefined;
  }
}

// --- internal ---

function resultsThread({ databaseUrl, spoolDir }: Config): ResultsThread {
  const storageBaseUrl = readSetting(excerptSettings.baseUrl, {}, process.env);
  const setup = { databaseUrl, spoolDir, storageBaseUrl, reader: readerTimeouts };
  return new ResultsThread({ spawn: spawnResultsThread, setup });
}
