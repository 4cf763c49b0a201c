import { setTimeout } from "node:timers/promises";
import type { Config } from "../config/config.ts";
import { describeConfig } from "../config/describe-config.ts";
import { readTrees } from "../config/read-trees.ts";
import { Fault } from "../fault.ts";
import { reportFault } from "../ingest/report-fault.ts";
import { type Ending, Service } from "../ingest/service.ts";
import type { ServiceEvents } from "../ingest/service-events.ts";
import { Trouble } from "../ingest/trouble.ts";
import { createLog, type Log } from "../observe/log.ts";
import { logEvents } from "../observe/log-events.ts";
import { Terminal } from "../observe/terminal.ts";
import { spawnLane } from "../spawn.ts";
import { lockSpool } from "../spool/lock-spool.ts";
import { openSpool, type Spool } from "../spool/spool.ts";
import { makeReady } from "../store/make-ready.ts";
import { storeKind } from "../store/store-kind.ts";
import type { TreeNames } from "../transform/name-trees.ts";
import { release } from "../version.ts";
import { exitCodes } from "./command.ts";
import { exitCodeOf } from "./exit-code-of.ts";
import { stopOnSignals } from "./stop-on-signals.ts";
import { storeTimeouts } from "./store-timeouts.ts";

/** With `--once`: how long an outage may last before the program gives up. */
const patienceMs = 10_000;

/** Runs the service until it is stopped, or with `once` until it is done; answers the exit code. */
export async function runMonitor(config: Config): Promise<number> {
  const log = createLog({
    terminal: new Terminal(process.stderr),
    ...config.log,
    colour: !process.env.NO_COLOR,
    secrets: config.excerpts ? [config.excerpts.token] : [],
  });
  const trees = readTrees(config.treesFile);
  const spool = openSpool(config.spoolDir);
  using _lock = lockSpool(spool.root);
  log.info("service_started", { version: release, ...describeConfig(config) });

  const events: ServiceEvents = logEvents(log);
  const kind = await storeKind(config.databaseUrl);
  const service = new Service({
    spool,
    intervalMs: config.intervalMs,
    once: config.once,
    patienceMs,
    batch: { maxFiles: 500, maxBytes: 8 << 20 },
    pool: {
      spawn: spawnLane,
      lane: laneConfig(config, spool, trees, kind.parallelWrites),
      maxLanes: config.maxWorkers,
      parallelWrites: kind.parallelWrites,
      silenceMs: 2 * storeTimeouts.statementTimeoutMs,
    },
    events,
  });
  const stopping = new AbortController();
  using _signals = stopOnSignals((signal) => {
    log.info("service_stopping", { signal });
    stopping.abort();
    service.stop();
  });
  const fault = await awaitDatabase(config, events, stopping.signal);
  if (fault) return exitCodeOf(fault);
  const ending = await service.run();
  log.info("service_stopped", { refused: ending.refused });
  return config.once ? exitCodeOfEnding(ending, log) : exitCodes.ok;
}

// --- internal ---

function laneConfig(config: Config, spool: Spool, trees: TreeNames, parallelWrites: number) {
  return {
    spoolRoot: spool.root,
    databaseUrl: config.databaseUrl,
    trees,
    maxFileBytes: config.maxFileBytes,
    ...storeTimeouts,
    takesTurns: Number.isFinite(parallelWrites),
    excerptThresholdBytes: config.excerpts?.thresholdBytes,
  };
}

/** Waits until the database is there and ready; with `once` not for long: then answers why. */
async function awaitDatabase(
  config: Config,
  events: ServiceEvents,
  signal: AbortSignal,
): Promise<Fault | undefined> {
  const trouble = new Trouble(events);
  while (!signal.aborted) {
    try {
      await makeReady(config.databaseUrl, storeTimeouts);
      trouble.end();
      return undefined;
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      trouble.report(reportFault(cause));
      const isHopeless = cause.class === "operator" || trouble.lastedMs >= patienceMs;
      if (config.once && isHopeless) return cause;
    }
    const delayMs = Math.max(0, trouble.retryAtMs - performance.now());
    await setTimeout(delayMs, undefined, { signal }).catch(() => {});
  }
  return undefined;
}

function exitCodeOfEnding(ending: Ending, log: Log): number {
  if (ending.fault) return exitCodeOf({ name: ending.fault.boundary, class: ending.fault.class });
  if (ending.unreadable > 0) log.warn("files_left", { unreadable: ending.unreadable });
  return ending.refused + ending.unreadable > 0 ? exitCodes.refused : exitCodes.ok;
}
