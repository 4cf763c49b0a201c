import { Fault } from "../base/fault.ts";
import { secretsOfUrl } from "../base/given-secrets.ts";
import { knowSecrets } from "../base/known-secrets.ts";
import { objectBytesOf, usualMemoryBytes } from "../base/memory-budget.ts";
import type { Config } from "../config/config.ts";
import { variablesWithoutEffect } from "../config/dashboard-database.ts";
import { describeConfig } from "../config/describe-config.ts";
import { asksForPlain } from "../config/read-config.ts";
import { readTrees } from "../config/read-trees.ts";
import { joinEvents } from "../events/join-events.ts";
import { noteIngestions } from "../events/note-ingestions.ts";
import { Service } from "../ingest/service.ts";
import type { ServiceOptions } from "../ingest/service-options.ts";
import { createLog, type Log } from "../observe/log.ts";
import { logEvents } from "../observe/log-events.ts";
import { progressEvents } from "../observe/progress-events.ts";
import { RunTotals } from "../observe/run-totals.ts";
import { Terminal } from "../observe/terminal.ts";
import type { TreeNames } from "../prepare/name-trees.ts";
import { spawnWorker } from "../spawn.ts";
import { countWaiting } from "../spool/count-waiting.ts";
import { lockSpool } from "../spool/lock-spool.ts";
import { recoverMoves } from "../spool/move-note.ts";
import { printableName } from "../spool/name.ts";
import { recoverRetries } from "../spool/retry-file.ts";
import { openSpool, type Spool } from "../spool/spool.ts";
import type { UploaderState } from "../storage/result.ts";
import { storeKind } from "../store/store-kind.ts";
import { release } from "../version.ts";
import type { FaultReport } from "../worker/protocol.ts";
import { usefulWorkers } from "../worker/useful-workers.ts";
import { addStoredTrees } from "./add-stored-trees.ts";
import { awaitDatabase } from "./await-database.ts";
import { exitCodes } from "./command.ts";
import { exitCodeOf } from "./exit-code-of.ts";
import type { Observers } from "./observe-service.ts";
import { openHook } from "./open-hook.ts";
import { openUploader } from "./open-uploader.ts";
import { serviceFacts } from "./service-facts.ts";
import { serviceLimits } from "./service-limits.ts";
import { readAgain, standBy } from "./stand-by.ts";
import { exitCodeOfSignal, stopOnSignals } from "./stop-on-signals.ts";
import { storeTimeouts } from "./store-timeouts.ts";

/**
 * Runs the service until it is stopped, or with `once` until it is done; returns the exit code.
 * Throws the `Fault` that keeps it from starting, unless the log is for programs and can tell it.
 */
export async function runMonitor(given: Config): Promise<number> {
  const config = { ...given, maxMemoryBytes: given.maxMemoryBytes ?? usualMemoryBytes() };
  // What a file or a setting gave is known here at the latest.
  using _secrets = knowSecrets([config.excerpts?.token, ...secretsOfUrl(config.databaseUrl)]);
  const isPlain = asksForPlain(process.env) || config.log.format === "json";
  const terminal = new Terminal(process.stderr, { isPlain });
  const log = createLog({
    terminal,
    ...config.log,
    colour: true,
  });
  try {
    return await monitor(config, terminal, log);
  } catch (cause) {
    if (!(cause instanceof Fault) || config.log.format !== "json") throw cause;
    log.error("start_failed", { class: cause.class, message: cause.message, hint: cause.hint });
    return exitCodeOf(cause);
  }
}

// --- internal ---

async function monitor(
  config: Config & { maxMemoryBytes: number },
  terminal: Terminal,
  log: Log,
): Promise<number> {
  let service: Service | undefined;
  let stoppedBy: NodeJS.Signals | undefined;
  const startedAtMs = Date.now();
  const totals = new RunTotals();
  const stopping = new AbortController();
  using _signals = stopOnSignals(
    (signal) => {
      stoppedBy = signal;
      log.info("service_stopping", { signal });
      stopping.abort();
      service?.stop();
    },
    (signal) => log.info("signal_ignored", { signal }),
  );
  let trees = await readTrees(config.treesFile);
  let spool = openSpool(config.spoolDir, config);
  let observers: Observers | undefined;
  let storage: () => UploaderState | undefined = () => undefined;
  let waitsFor: string | undefined;
  const observe = async () => {
    if (observers || (config.once && !config.metrics)) return;
    const { observeService } = await import("./observe-service.ts");
    observers = await observeService(config, log, spool, {
      numbers: () => service?.numbers,
      storage: () => storage(),
      standsBy: () => waitsFor,
    });
  };
  await using _observers = {
    [Symbol.asyncDispose]: async () => observers?.[Symbol.asyncDispose](),
  };
  const { signal } = stopping;
  const onWait = async (why: string) => {
    waitsFor = why;
    await observe();
  };
  using lock = config.standby
    ? await standBy(spool.root, { log, signal, onWait, facts: serviceFacts(config) })
    : lockSpool(spool.root, serviceFacts(config));
  if (!lock) return exitCodes.ok;
  if (waitsFor !== undefined) {
    trees = await readAgain(trees, () => readTrees(config.treesFile), log);
    spool = await readAgain(spool, () => openSpool(config.spoolDir, config), log);
  }
  waitsFor = undefined;
  using _forgetting = atSecondSignal(() => service?.forgetInHand());
  log.info("service_started", { version: release, ...describeConfig(config) });
  recoverRetries(spool);
  for (const name of recoverMoves(spool)) log.info("file_put_back", { file: printableName(name) });
  const idle = variablesWithoutEffect(process.env);
  if (idle.length > 0) log.info("variables_without_effect", { names: idle.join(" ") });

  await using uploader = await openUploader(config.excerpts, log, signal, (result) =>
    observers?.countExcerpt(result),
  );
  await using hook = await openHook(config.refusedHook, {
    log: (level, event, fields) => log[level](event, fields),
    count: (result, refusals) => observers?.countRefusals(result, refusals),
  });
  storage = () => uploader?.state;
  await observe();
  const waiting = () => service?.numbers.open ?? 0;
  const { format, verbosity } = config.log;
  const tellsPeople = terminal.isWatched && format === "text" && verbosity !== "quiet";
  const progress = tellsPeople ? progressEvents(terminal, waiting) : undefined;
  const watchers = [progress?.events ?? {}, observers?.events ?? {}];
  const own = [logEvents(log), noteIngestions(spool.root), totals.events, hook?.events ?? {}];
  const events = joinEvents(...own, ...watchers);
  const { databaseUrl, treesFromDatabase } = config;
  const awaitStore = (whenReady?: () => Promise<void>) =>
    awaitDatabase(config, serviceLimits.patienceMs, events, signal, whenReady);
  // A worker is told the names when it starts.
  const treesFault = treesFromDatabase
    ? await awaitStore(async () => {
        trees = await addStoredTrees(databaseUrl, trees, log);
      })
    : undefined;
  const options = await serviceOptions(config, spool, trees);
  if (uploader) {
    options.pool.excerpts = {
      ask: (hashes) => uploader.ask(hashes),
      upload: (texts) => uploader.upload(texts, signal),
    };
  }
  service = new Service({ ...options, lock, events });
  service.warmUp();
  const fault = treesFromDatabase ? treesFault : await awaitStore();
  const isOver = fault !== undefined || signal.aborted;
  const ending = isOver ? { unreadable: 0, ...(fault ? { fault } : {}) } : await service.run();
  if (config.once && !isOver) progress?.finish();
  await hook?.finish(stoppedBy ? serviceLimits.hookStopMs : serviceLimits.hookPatienceMs);
  // With --once what came meanwhile is not left, but for the next run.
  const ranToItsEnd = config.once && !stoppedBy && !ending.fault;
  const known = service.numbers.open + service.numbers.counts["to-move"] + ending.unreadable;
  const found = countWaiting(spool.root, ranToItsEnd ? startedAtMs : undefined);
  const left = found === undefined ? known || undefined : Math.max(found, ranToItsEnd ? known : 0);
  if (config.once && left) log.warn("files_left", { left, unreadable: ending.unreadable });
  log.info("service_stopped", totals.fields(left));
  if (ending.fault && !stoppedBy) return exitCodeOfFault(ending.fault);
  if (!config.once) return exitCodes.ok;
  if (stoppedBy) return exitCodeOfSignal(stoppedBy);
  return totals.refused > 0 || left ? exitCodes.refused : exitCodes.ok;
}

/** A second signal ends the process without leaving any scope; an exception is not an end that was asked for. */
function atSecondSignal(action: () => void): Disposable {
  const listener = (exitCode: number) => {
    if (exitCode > 128) action();
  };
  process.once("exit", listener);
  return { [Symbol.dispose]: () => process.off("exit", listener) };
}

async function serviceOptions(
  config: Config & { maxMemoryBytes: number },
  spool: Spool,
  trees: TreeNames,
): Promise<Omit<ServiceOptions, "events" | "lock">> {
  const { parallelWrites } = storeKind(config.databaseUrl);
  return {
    spool,
    intervalMs: config.intervalMs,
    once: config.once,
    patienceMs: serviceLimits.patienceMs,
    batch: serviceLimits.batch,
    maxMemoryBytes: config.maxMemoryBytes,
    crashPauseMs: serviceLimits.crashPauseMs,
    emptyMs: serviceLimits.emptyMs,
    pool: {
      spawn: spawnWorker,
      worker: {
        spoolRoot: spool.root,
        databaseUrl: config.databaseUrl,
        trees,
        maxFileBytes: config.maxFileBytes,
        maxObjectBytes: objectBytesOf(config.maxMemoryBytes),
        digestSeed: spool.digestSeed,
        ...storeTimeouts,
        takesTurns: Number.isFinite(parallelWrites),
        excerptThresholdBytes: config.excerpts?.thresholdBytes,
      },
      maxWorkers: usefulWorkers(config.maxWorkers),
      parallelWrites,
      silenceMs: serviceLimits.silenceMs,
    },
  };
}

function exitCodeOfFault(fault: FaultReport | Fault): number {
  return exitCodeOf(fault instanceof Fault ? fault : { name: fault.boundary, class: fault.class });
}
