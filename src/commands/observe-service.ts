import type { Config } from "../config/config.ts";
import { joinEvents } from "../events/join-events.ts";
import type { ServiceEvents } from "../events/service-events.ts";
import { ActivityCounters } from "../observe/activity-counters.ts";
import { countEvents } from "../observe/count-events.ts";
import { serveHttp } from "../observe/http.ts";
import type { Log } from "../observe/log.ts";
import { Metrics } from "../observe/metrics.ts";
import { openNotifier } from "../observe/notify.ts";
import { stallReason } from "../observe/readiness.ts";
import { type Observed, ServiceWatch } from "../observe/service-watch.ts";
import { commit, release } from "../version.ts";

export interface Observers extends AsyncDisposable {
  events: ServiceEvents;
  countExcerpt(result: string): void;
}

/**
 * Serves metrics and status page, and tells the service manager how it goes. Throws `HttpFault` when
 * the port cannot be had.
 */
export function observeService(config: Config, log: Log, observed: Observed): Observers {
  const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID } = process.env;
  const counters = new ActivityCounters();
  const state = new ServiceWatch(config, counters, observed);
  const metrics = new Metrics({ version: release, commit, read: () => state.readings() });
  const http = config.metrics
    ? serveHttp({
        ...config.metrics,
        metrics,
        state,
        onError: (error) => log.error("http_failed", { error }),
      })
    : undefined;
  if (http) log.info("status_page_served", { url: http.url.href });
  const notifier = openNotifier({ NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID });
  notifier.ready();
  notifier.status(state.line());
  notifier.watch(() => stallReason(state.progress()));
  const timer = setInterval(() => notifier.status(state.line()), 5_000);
  return {
    events: joinEvents(countEvents(metrics, counters), state.events),
    countExcerpt: (result) => metrics.excerptUploaded(result),
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      notifier.stopping();
      notifier[Symbol.dispose]();
      await http?.[Symbol.asyncDispose]();
    },
  };
}
