import { setImmediate } from "node:timers/promises";
import { findExcerpts, linkExcerpts } from "../prepare/excerpts.ts";
import { type LargeReading, readLarge } from "../prepare/large/read-large.ts";
import { type LargeSubmission, submissionsOf } from "../prepare/large/submissions.ts";
import { OverlongParts } from "../prepare/overlong.ts";
import { giveNames } from "../prepare/prepare.ts";
import { sumParts, type Tally, tallySubmission } from "../prepare/tally.ts";
import type { WarningTally } from "../prepare/warning-tally.ts";
import { countRows, type RowSet } from "../rows/row.ts";
import { timestampNow } from "../rows/timestamp.ts";
import { addRows } from "../rows/to-rows.ts";
import { SpoolFault } from "../spool/fault.ts";
import type { Read } from "../spool/read-file.ts";
import { StoreFault } from "../store/fault.ts";
import type { InTurn } from "../store/store.ts";
import type { Submission } from "../submission/submission.ts";
import { newestVersion } from "../submission/versions/versions.ts";
import type { BatchContext } from "./batch-context.ts";
import type { Evidence, FaultReport, Outcome } from "./protocol.ts";
import { refusedRows } from "./refused-rows.ts";
import { reportFault } from "./report-fault.ts";
import type { Stopwatch } from "./stopwatch.ts";
import { tryOut } from "./try-out.ts";

/** What became of a large file. */
export interface LargeResult extends Evidence {
  readonly outcome: Outcome;
  readonly tally: Tally;
  readonly warnings?: WarningTally | undefined;
  readonly fault?: FaultReport;
}

/** The rows of this much of a file are written together: enough that the statements around them count little, */
const usualBytesAtOnce = 12 << 20;
/** but no more rows than these: they take memory, however small they are. */
const maxRowsAtOnce = 20_000;
/** A longer part is not kept until the end, to be looked at for warnings; nor is one of which something is carried. */
const maxSampledBytes = 1 << 20;
/** Memory that no longer part leaves behind until it is needed. */
const maxLeftBytes = 4 << 20;
/** So long a worker works without listening whether it is to stop. */
const deafMs = 50;
/** So long the storage server may take for all excerpts of a file. */
const maxUploadMs = 10_000;

type LargeRead = Extract<Read, { kind: "large" }>;
type LargeAccepted = Extract<LargeReading, { accepted: true }>;

/**
 * Takes a file that is too large to be held from its handle to the commit: checked as a whole, then read once more and
 * written part by part in one transaction. Throws nothing but bugs.
 */
export async function ingestLarge(
  { file, source }: LargeRead,
  context: BatchContext,
  watch: Stopwatch,
): Promise<LargeResult> {
  const nothing = { tally: [], accepted: [], proven: [] };
  try {
    const reading = await inTime(readLarge(source, context), context, watch);
    const read = { ...file, digest: source.digest ?? 0n };
    if (!reading.accepted) {
      return { ...nothing, outcome: { kind: "refused", file: read, refusal: reading.refusal } };
    }
    // What the first reading leaves behind is not to lie beside what the second makes.
    Bun.gc(true);
    const urls = await storeExcerpts(reading.submission, context, watch);
    return await write({ file: read, reading, urls }, context, watch);
  } catch (cause) {
    if (cause instanceof Interrupted) return { ...nothing, outcome: { kind: "kept", file } };
    const fault = reportFault(cause);
    if (!(cause instanceof SpoolFault))
      return { ...nothing, outcome: { kind: "kept", file }, fault };
    return { ...nothing, outcome: { kind: "kept", file, fault } };
  }
}

// --- internal ---

/** The service is to stop: what is not committed is given back. */
class Interrupted extends Error {}

interface LargeUnit {
  readonly file: LargeRead["file"];
  readonly reading: LargeAccepted;
  /** Of the excerpts that are stored, by hash. */
  readonly urls: ReadonlyMap<string, string>;
}

/** What there was in the rows that were made. */
interface Made {
  rows: number;
  tally: Tally;
  /** The first objects of each list, to be looked at. */
  readonly sample: Submission;
  readonly tables: Set<string>;
  readonly overlong: OverlongParts;
}

/** Runs a generator to its end, and lets the thread listen meanwhile. */
async function inTime<T>(
  steps: Generator<void, T>,
  context: BatchContext,
  watch: Stopwatch,
): Promise<T> {
  const listen = listener(context);
  while (true) {
    watch.step("prepare");
    const { done, value } = steps.next();
    if (done) return value;
    await listen();
  }
}

/** Gives way to messages from time to time. Throws `Interrupted` at a stop. */
function listener(context: BatchContext): () => Promise<void> {
  let heardMs = performance.now();
  return async () => {
    if (performance.now() - heardMs > deafMs) {
      await setImmediate();
      heardMs = performance.now();
    }
    if (context.stopping()) throw new Interrupted();
  };
}

/** Has the excerpts stored, as many as there is time for; the rest stays inline. */
async function storeExcerpts(
  submission: LargeSubmission,
  context: BatchContext,
  watch: Stopwatch,
): Promise<ReadonlyMap<string, string>> {
  const urls = new Map<string, string>();
  const { storeExcerpts: store } = context;
  if (!store) return urls;
  const listen = listener(context);
  const endMs = performance.now() + maxUploadMs;
  for (const part of submissionsOf(submission)) {
    await listen();
    watch.step("upload");
    for (const [hash, url] of await store([part.submission])) urls.set(hash, url);
    if (performance.now() > endMs) break;
  }
  return urls;
}

async function write(
  unit: LargeUnit,
  context: BatchContext,
  watch: Stopwatch,
): Promise<LargeResult> {
  const { file, reading } = unit;
  const { version, origins } = reading;
  const made: Made = {
    ...{ rows: 0, tally: [], sample: { version: newestVersion } },
    ...{ tables: new Set(), overlong: new OverlongParts() },
  };
  const inTurn: InTurn = (work) => {
    watch.step("wait");
    return context.inTurn(() => {
      watch.step("write");
      return work();
    });
  };
  const store = await context.store();
  try {
    await store.writeParts(rowsOf(unit, context, watch, made), inTurn);
  } catch (cause) {
    if (!(cause instanceof StoreFault) || !cause.rows) throw cause;
    const proven = await tryOut(store, [cause.rows], inTurn);
    const outcome = refusedRows({ file, version, origins }, cause, cause.rows);
    return { outcome, tally: [], accepted: [], proven };
  }
  const warnings = context.sampler?.look({ submission: made.sample, version }, file.name);
  const overlong = made.overlong.found;
  const told = overlong ? { overlong } : {};
  const outcome = { kind: "ingested", file, rows: made.rows, version, ...told } as const;
  return { outcome, tally: made.tally, warnings, accepted: [...made.tables], proven: [] };
}

/** Makes the rows, part by part, and notes what there was. */
async function* rowsOf(
  { reading, urls }: LargeUnit,
  context: BatchContext,
  watch: Stopwatch,
  made: Made,
): AsyncGenerator<RowSet> {
  const listen = listener(context);
  const { writtenAtOnceBytes: atOnceBytes = usualBytesAtOnce } = context;
  const timestamp = timestampNow();
  let rows: RowSet = new Map();
  let waitingBytes = 0;
  let largestBytes = 0;
  const give = () => {
    const given = rows;
    // What a large object was read from is not to lie beside its rows.
    if (largestBytes > maxLeftBytes) Bun.gc(true);
    rows = new Map();
    waitingBytes = 0;
    largestBytes = 0;
    made.rows += countRows(given);
    for (const table of given.keys()) made.tables.add(table.name);
    watch.step("write");
    return given;
  };
  for (const { submission, bytes, letGo } of submissionsOf(reading.submission)) {
    watch.step("prepare");
    await listen();
    finishPart(submission, context, urls);
    addRows(rows, submission, timestamp);
    if (bytes <= maxSampledBytes && !letGo)
      Object.assign(made.sample, { ...submission, ...made.sample });
    made.overlong.add(submission);
    made.tally = sumParts([made.tally, tallySubmission(submission)]);
    letGo?.();
    waitingBytes += bytes;
    largestBytes = Math.max(largestBytes, bytes);
    if (waitingBytes >= atOnceBytes || countRows(rows) >= maxRowsAtOnce) yield give();
  }
  if (rows.size > 0) yield give();
}

function finishPart(
  submission: Submission,
  { trees, excerptThresholdBytes }: BatchContext,
  urls: ReadonlyMap<string, string>,
): void {
  giveNames(submission, trees);
  if (urls.size > 0) linkExcerpts(findExcerpts(submission, excerptThresholdBytes), urls);
}
