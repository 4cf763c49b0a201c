import type { ServiceEvents } from "../events/service-events.ts";
import { maxAggregatedBytes } from "../prepare/overlong.ts";
import { printableName } from "../spool/name.ts";
import type { Log } from "./log.ts";

/** The same fault is told again after so long, not at every try. */
const repeatMs = 60_000;

const why =
  "the row is stored, but its tree, URL, branch, config, architecture, compiler, platform, lab and first path component are together too long for the dashboard's aggregation, which will stop at it";

/** The same kind of warning of an origin is told again after so long. */
const repeatWarningMs = 24 * 60 * 60 * 1000;
/** So many origins and kinds are remembered as told. */
const maxTold = 2_000;

/** Tells the log what a service does: a line a cycle and a refused file, never one a row. */
export function logEvents(log: Log): ServiceEvents {
  let toldMessage = "";
  let toldAtMs = Number.NEGATIVE_INFINITY;
  const warnings = new ToldOnce();
  return {
    onStoreReady: (warnings) => {
      for (const message of warnings) log.warn("database_warning", { message });
    },
    onIngested: (file, { rows, version, overlong }) => {
      log.debug("submission_ingested", { file: printableName(file.name), rows, version });
      if (!overlong) return;
      const max = maxAggregatedBytes;
      log.warn("aggregation_overlong", { file: printableName(file.name), ...overlong, max, why });
    },
    onRefused: (file, { origins, reason, message }) =>
      log.warn("submission_refused", {
        file: printableName(file.name),
        origin: origins.join(",") || undefined,
        reason,
        message,
      }),
    onSettled: (file, what, name) => {
      if (what === "set-aside")
        log.info("empty_file_set_aside", { file: printableName(file.name) });
      else if (name !== file.name) {
        log.info("file_renamed", { file: printableName(file.name), name: printableName(name) });
      }
    },
    onLost: (file, why) => log.warn("file_lost", { file: printableName(file.name), why }),
    onBatch: ({ outcomes, warnings: found = [], timesMs }) => {
      for (const { origin, kinds, example } of found) {
        const untold = Object.keys(kinds).filter((kind) => warnings.isNew(`${origin}\n${kind}`));
        if (untold.length === 0 || example === undefined) continue;
        log.info("submission_warnings", {
          origin,
          kinds: untold.join(","),
          file: printableName(example),
          why: "it is stored; kci-ingester validate says where, and what to change",
        });
      }
      const ingested = outcomes.filter((one) => one.kind === "ingested");
      if (ingested.length === 0) return;
      log.info("batch_ingested", {
        files: ingested.length,
        rows: ingested.reduce((sum, one) => sum + one.rows, 0),
        bytes: ingested.reduce((sum, one) => sum + one.file.bytes, 0),
        refused: outcomes.filter(({ kind }) => kind === "refused" || kind === "rows-refused")
          .length,
        ms: Math.round(Object.values(timesMs).reduce((sum, ms) => sum + ms, 0)),
      });
    },
    onFault: (fault) => {
      const nowMs = performance.now();
      if (fault.message === toldMessage && nowMs - toldAtMs < repeatMs) return;
      toldMessage = fault.message;
      toldAtMs = nowMs;
      const level = fault.class === "operator" ? "error" : "warn";
      log[level]("fault", { class: fault.class, message: fault.message, hint: fault.hint });
    },
    onRecovered: ({ message }) => {
      toldMessage = "";
      log.info("recovered", { from: message });
    },
    onWorkerDied: (files, reason) => log.error("worker_died", { files, reason }),
    onCrashFound: (files) =>
      log.warn("crash_found", {
        files,
        why: "the program died while it was processing these files: they are retried after all others",
      }),
    onOdd: ({ name, what }) => log.warn("entry_left_alone", { file: printableName(name), what }),
    onGrowing: (file) => log.info("file_may_grow", { file: printableName(file.name) }),
  };
}

// --- internal ---

/** What was told lately, in bounded memory. */
class ToldOnce {
  readonly #toldAtMs = new Map<string, number>();

  isNew(what: string): boolean {
    const nowMs = performance.now();
    const atMs = this.#toldAtMs.get(what);
    if (atMs !== undefined && nowMs - atMs < repeatWarningMs) return false;
    if (atMs === undefined && this.#toldAtMs.size >= maxTold) return false;
    this.#toldAtMs.set(what, nowMs);
    return true;
  }
}
