import { setImmediate } from "node:timers/promises";
import { Fault } from "../base/fault.ts";
import { swells } from "../prepare/large/too-complex.ts";
import { type Finished, finish, type Prepared, prepare } from "../prepare/prepare.ts";
import { sumTallies, type Tally } from "../prepare/tally.ts";
import { sumWarnings, type WarningTally } from "../prepare/warning-tally.ts";
import { tables } from "../rows/tables.ts";
import { timestampNow } from "../rows/timestamp.ts";
import { type Read, ReadBuffer, readFile } from "../spool/read-file.ts";
import type { SpoolFile } from "../spool/spool.ts";
import type { InTurn } from "../store/store.ts";
import { refuseSize } from "../submission/refuse-size.ts";
import type { BatchContext } from "./batch-context.ts";
import { ingestLarge } from "./ingest-large.ts";
import type { BatchResult, Evidence, FaultReport, Outcome } from "./protocol.ts";
import { originsOfRows, refusedRows } from "./refused-rows.ts";
import { reportFault } from "./report-fault.ts";
import { type Stopwatch, stopwatch } from "./stopwatch.ts";
import { tryOut } from "./try-out.ts";
import { writeIsolated } from "./write-isolated.ts";

type Accepted = Extract<Prepared, { accepted: true }>;

/** So long a worker prepares without listening whether it is to stop. */
const deafMs = 50;
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
  const watch = stopwatch(context.onStep);
  const units: WriteUnit[] = [];
  const waiting: Waiting[] = [];
  const large: LargeRead[] = [];
  const { storeExcerpts } = context;
  const startedAt = timestampNow();
  context.sampler?.begin();
  // A submission is kept for its excerpts only: of thousands the rows alone take memory enough.
  const accept = (one: Waiting) =>
    storeExcerpts ? waiting.push(one) : units.push(toUnit(one, startedAt));
  await prepareAll(files, context, { accept, large, outcomes }, watch);

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
  const warnings: WarningTally[] = [];
  const written = await writeAll(units, context, { outcomes, tallies, warnings }, watch);
  const ended = await ingestAllLarge(large, context, written, watch);
  outcomes.push(...ended.outcomes);
  warnings.push(...ended.warnings);
  const { fault, accepted, proven } = ended;
  return {
    outcomes,
    tally: sumTallies([...tallies, ...ended.tallies]),
    ...(warnings.length > 0 ? { warnings: sumWarnings(warnings) } : {}),
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
  warnings: WarningTally | undefined;
}

type LargeRead = Extract<Read, { kind: "large" }>;

async function prepareAll(
  files: readonly SpoolFile[],
  context: BatchContext,
  to: { accept: (one: Waiting) => void; large: LargeRead[]; outcomes: Outcome[] },
  watch: Stopwatch,
): Promise<void> {
  let heardMs = performance.now();
  for (const file of files) {
    if (performance.now() - heardMs > deafMs) {
      await setImmediate();
      heardMs = performance.now();
    }
    if (context.stopping()) {
      to.outcomes.push({ kind: "kept", file });
      continue;
    }
    watch.step("read");
    const held = readOne(file, context);
    const isSwelling = "bytes" in held && swells(held.bytes);
    const read = isSwelling ? readOne(file, { ...context, largeBytes: 0 }) : held;
    if ("source" in read) {
      to.large.push(read);
      continue;
    }
    watch.step("prepare");
    const result = prepareFile(read, file, context);
    if ("submission" in result) to.accept(result);
    else to.outcomes.push(result);
  }
}

function toUnit({ file, version, warnings, submission }: Waiting, timestamp: string): WriteUnit {
  return { file, version, warnings, ...finish(submission, timestamp) };
}

function readOne(file: SpoolFile, context: BatchContext): Read | Fault {
  try {
    return readFile(context, file.name, readBuffer);
  } catch (cause) {
    if (cause instanceof Fault) return cause;
    throw cause;
  }
}

function prepareFile(
  read: Exclude<Read, LargeRead> | Fault,
  file: SpoolFile,
  context: BatchContext,
): Outcome | Waiting {
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
  const prepared = prepare(read.bytes, context.trees, context.sampler, file.name);
  if (!prepared.accepted) return { kind: "refused", file: read.file, refusal: prepared.refusal };
  return { ...prepared, file: read.file };
}

/** Large files go in one by one, behind the small ones: what keeps those out keeps them out, too. */
async function ingestAllLarge(
  files: LargeRead[],
  context: BatchContext,
  written: WriteResult,
  watch: Stopwatch,
): Promise<WriteResult & Written> {
  const ended = { ...written, ...({ outcomes: [], tallies: [], warnings: [] } as Written) };
  for (const read of files) {
    using _ = read.source;
    if (ended.fault || context.stopping()) {
      ended.outcomes.push({ kind: "kept", file: read.file });
      continue;
    }
    const result = await ingestLarge(read, context, watch);
    const { outcome, tally, warnings, fault, accepted, proven } = result;
    ended.outcomes.push(outcome);
    ended.tallies.push(tally);
    if (warnings) ended.warnings.push(warnings);
    if (fault) ended.fault = fault;
    ended.accepted = [...new Set([...ended.accepted, ...accepted])];
    ended.proven = [...ended.proven, ...proven];
  }
  return ended;
}

/** What became of files, and what those that went in hold. */
interface Written {
  readonly outcomes: Outcome[];
  readonly tallies: Tally[];
  readonly warnings: WarningTally[];
}

interface WriteResult extends Evidence {
  fault?: FaultReport;
  accepted: readonly string[];
  proven: readonly string[];
}

async function writeAll(
  units: WriteUnit[],
  context: BatchContext,
  { outcomes, tallies, warnings }: Written,
  watch: Stopwatch,
): Promise<WriteResult> {
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
          if (unit.warnings) warnings.push(unit.warnings);
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
        const origins = originsOfRows(unit.rows);
        outcomes.push(refusedRows({ ...unit, origins }, cause, cause.rows));
      }
    } catch (cause) {
      fault = reportFault(cause);
    }
  }
  for (const { file } of left) outcomes.push({ kind: "kept", file });
  const accepted = tables.filter((table) => !missing.includes(table)).map(({ name }) => name);
  return { ...(fault ? { fault } : {}), accepted, proven };
}
