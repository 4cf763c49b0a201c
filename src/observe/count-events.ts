import type { ServiceEvents } from "../events/service-events.ts";
import { printableName } from "../spool/name.ts";
import type { ActivityCounters } from "./activity-counters.ts";
import type { Metrics } from "./metrics.ts";

/** Counts what a service does, for the metrics and the status page; only what is committed counts. */
export function countEvents(metrics: Metrics, counters: ActivityCounters): ServiceEvents {
  return {
    onBatch: ({ tally, warnings = [] }) => {
      metrics.counted(tally);
      metrics.lookedAt(warnings);
      counters.counted(tally);
      counters.lookedAt(warnings);
    },
    onIngested: (file, { seconds, overlong }) => {
      if (overlong) metrics.foundOverlong(overlong.objects);
      metrics.committed({ bytes: file.bytes, seconds });
      const latencySeconds = Math.max(0, Date.now() - file.mtimeMs) / 1000;
      counters.committed({ bytes: file.bytes, latencySeconds });
    },
    onRefused: (file, refusal) => {
      const { origins, reason, message, issues, issueCount } = refusal;
      metrics.refused(reason);
      counters.refused({
        file: printableName(file.name),
        origins,
        reason,
        message,
        whenMs: Date.now(),
        issues,
        issueCount,
      });
    },
    onFault: ({ boundary, code, class: faultClass }) => {
      if (boundary === "StoreFault") metrics.databaseRetried(code ?? "unknown");
      metrics.retried(faultClass);
      counters.retried();
    },
    onWorkerDied: (_files, reason) =>
      metrics.workerFailed(reason.startsWith("no sign of life") ? "signal" : "exception"),
  };
}
