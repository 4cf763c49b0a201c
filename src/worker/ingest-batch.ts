import { setImmediate } from "node:timers/promises";
import { Fault } from "../base/fault.ts";
import type { TreeNames } from "../prepare/name-trees.ts";
import { type Finished, finish, type Prepared, prepare } from "../prepare/prepare.ts";
import { sumTallies, type Tally } from "../prepare/tally.ts";
import { tables } from "../rows/tables.ts";
import { timestampNow } from "../rows/timestamp.ts";
import { type Read, ReadBuffer, type ReadOptions, readFile } from "../spool/read-file.ts";
import type { SpoolFile } from "../spool/spool.ts";
import type { InTurn, Store } from "../store/store.ts";
import { refuseSize } from "../submission/refuse-size.ts";
import type { BatchResult, Evidence, FaultReport, Outcome, WorkerStep } from "./protocol.ts";
import { refusedRows } from "./refused-rows.ts";
import { reportFault } from "./report-fault.ts";
import { tryOut } from "./try-out.ts";
import { writeIsolated } from "./write-isolated.ts";

/** What a batch needs from its worker. */
export interface BatchContext extends ReadOptions {
  trees: TreeNames;
  /** Opens the worker's store, or gives the one that is open. Throws `StoreFault`. */
  store(): Promise<Store>;
  /** Runs `write` when it is this worker's turn. */
  inTurn: InTurn;
  /** Sends excerpts to the storage server; changes the submissions in place. Absent: none are sent. */
  storeExcerpts?: (submissions: Accepted["submission"][]) => Promise<void>;
  onStep(step: WorkerStep): void;
  stopping(): boolean;
}

type Accepted = Extract<Prepared, { accepted: true }>;

/** So long a worker prepares without listening whether it is to stop. */
const deafMs = 50;
/** So long the steps of one file after the other go untold. */
const quietMs = 100;
/** One for the thread: a worker takes one file after the other. */
const readBuffer = new ReadBuffer();

/**
 * Takes a batch of files from path to commit: reads, prepares, stores excerpts and writes whole
 * submissions. Never throws: every file has an outcome.
 */
export async function ingestBatch(
  files: readonly SpoolFile[],
  context: BatchContext,
): Promise<BatchResult> {
  const outcomes: Outcome[] = [];
  const watch = stopwatch(context);
  const units: WriteUnit[] = [];
  const waiting: Waiting[] = [];
  const { storeExcerpts } = context;
  const startedAt = timestampNow();
  // A submission is kept for its excerpts only: of thousands the rows alone take memory enough.
  const accept = (one: Waiting) =>
    storeExcerpts ? waiting.push(one) : units.push(toUnit(one, startedAt));
  await prepareAll(files, context, accept, outcomes, watch);

  if (storeExcerpts && waiting.length > 0 && !context.stopping()) {
    watch.step("upload");
    await storeExcerpts(waiting.map((one) => one.submission));
  }
  watch.step("prepare");
  const storedAt = timestampNow();
  for (const one of waiting.splice(0)) units.push(toUnit(one, storedAt));
  // A stop that was asked for meanwhile is heard now.
  await setImmediate();
  const tallies: Tally[] = [];
  const { fault, accepted, proven } = await writeAll(units, context, outcomes, tallies, watch);
  const tally = sumTallies(tallies);
  return {
    outcomes,
    tally,
    ...(fault ? { fault } : {}),
    evidence: { accepted, proven },
    timesMs: watch.end(),
  };
}

// --- internal ---

interface Waiting extends Accepted {
  file: SpoolFile;
}

interface WriteUnit extends Finished {
  file: SpoolFile;
  version: string;
}

async function prepareAll(
  files: readonly SpoolFile[],
  context: BatchContext,
  accept: (one: Waiting) => void,
  outcomes: Outcome[],
  watch: Stopwatch,
): Promise<void> {
  let heardMs = performance.now();
  for (const file of files) {
    if (performance.now() - heardMs > deafMs) {
      await setImmediate();
      heardMs = performance.now();
    }
    if (context.stopping()) {
      outcomes.push({ kind: "kept", file });
      continue;
    }
    watch.step("read");
    const read = readOne(file, context);
    watch.step("prepare");
    const result = judge(read, file, context);
    if ("submission" in result) accept(result);
    else outcomes.push(result);
  }
}

function toUnit({ file, version, submission }: Waiting, timestamp: string): WriteUnit {
  return { file, version, ...finish(submission, timestamp) };
}

function readOne(file: SpoolFile, context: BatchContext): Read | Fault {
  try {
    return readFile(context, file.name, readBuffer);
  } catch (cause) {
    if (cause instanceof Fault) return cause;
    throw cause;
  }
}

function judge(read: Read | Fault, file: SpoolFile, context: BatchContext): Outcome | Waiting {
  if (read instanceof Fault) return { kind: "kept", file, fault: reportFault(read) };
  if (read.kind === "vanished") return { kind: "vanished", file };
  if (read.kind === "empty") return { kind: "empty", file: read.file };
  if (read.kind === "too-large") {
    return {
      kind: "refused",
      file: read.file,
      refusal: refuseSize(read.file.bytes, context.maxFileBytes),
    };
  }
  const prepared = prepare(read.bytes, context.trees);
  if (!prepared.accepted) return { kind: "refused", file: read.file, refusal: prepared.refusal };
  return { ...prepared, file: read.file };
}

async function writeAll(
  units: WriteUnit[],
  context: BatchContext,
  outcomes: Outcome[],
  tallies: Tally[],
  watch: Stopwatch,
): Promise<Evidence & { fault?: FaultReport }> {
  const left = new Set(units);
  let fault: FaultReport | undefined;
  let proven: string[] = [];
  /** The tables that no row has gone into yet. */
  let missing = tables;
  if (units.length > 0 && !context.stopping()) {
    try {
      const store = await context.store();
      const onWritten = (written: readonly WriteUnit[]) => {
        for (const unit of written) {
          left.delete(unit);
          const { file, rowCount, version, overlong } = unit;
          const told = overlong ? { overlong } : {};
          outcomes.push({ kind: "ingested", file, rows: rowCount, version, ...told });
          tallies.push(unit.tally);
          if (missing.some((table) => unit.rows.has(table))) {
            missing = missing.filter((table) => !unit.rows.has(table));
          }
        }
      };
      const inTurn: InTurn = (work) => {
        watch.step("wait");
        return context.inTurn(() => {
          watch.step("write");
          return work();
        });
      };
      watch.step("write");
      const refused = await writeIsolated(store, units, onWritten, inTurn);
      const refusals = [...refused.values()].flatMap(({ rows }) => rows ?? []);
      proven = await tryOut(store, refusals, inTurn);
      for (const [unit, cause] of refused) {
        if (!cause.rows) continue;
        left.delete(unit);
        outcomes.push(refusedRows(unit, cause, cause.rows));
      }
    } catch (cause) {
      fault = reportFault(cause);
    }
  }
  for (const { file } of left) outcomes.push({ kind: "kept", file });
  const accepted = tables.filter((table) => !missing.includes(table)).map(({ name }) => name);
  return { ...(fault ? { fault } : {}), accepted, proven };
}

interface Stopwatch {
  step(step: WorkerStep): void;
  end(): Partial<Record<WorkerStep, number>>;
}

function stopwatch(context: BatchContext): Stopwatch {
  const timesMs: Partial<Record<WorkerStep, number>> = {};
  let current: WorkerStep | undefined;
  let since = 0;
  let toldMs = 0;
  const stop = () => {
    if (current) timesMs[current] = (timesMs[current] ?? 0) + performance.now() - since;
  };
  return {
    step(step) {
      stop();
      current = step;
      since = performance.now();
      // A message for every small file would keep two threads busy.
      if (step !== "read" && step !== "prepare") toldMs = 0;
      if (since - toldMs < quietMs) return;
      toldMs = since;
      context.onStep(step);
    },
    end() {
      stop();
      current = undefined;
      return timesMs;
    },
  };
}
