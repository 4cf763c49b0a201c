import type { FaultClass, FaultName } from "../base/fault.ts";
import type { Overlong } from "../prepare/overlong.ts";
import type { Tally } from "../prepare/tally.ts";
import type { WarningTally } from "../prepare/warning-tally.ts";
import type { SpoolFile } from "../spool/spool.ts";
import type { Excerpt } from "../storage/excerpt.ts";
import type { RowRefusal } from "../store/fault.ts";
import type { Refusal } from "../submission/refusal.ts";

/** What a worker must know before its first batch; plain data, so that it crosses threads. */
export interface WorkerConfig {
  spoolRoot: string;
  databaseUrl: string;
  trees: ReadonlyMap<string, string>;
  maxFileBytes: number;
  /** A file with an object that takes more memory is refused. */
  maxObjectBytes: number;
  /** Of the digests by which main knows the files again that the worker has read. */
  digestSeed: bigint;
  connectTimeoutMs: number;
  statementTimeoutMs: number;
  /** Whether to wait for `turn` before a write: where the database takes one writer at a time. */
  takesTurns: boolean;
  /** Excerpts of more bytes than this are offered to the storage server; absent: none are. */
  excerptThresholdBytes: number | undefined;
}

/** The way to the storage server, as the workers see it (`ExcerptUploader`). Neither may fail. */
export interface ExcerptStorage {
  ask(hashes: readonly string[]): AskedExcerpts;
  /** The URLs of those that are stored, by hash. */
  upload(texts: readonly Excerpt[]): Promise<ReadonlyMap<string, string>>;
}

/** URLs by hash, and the hashes whose texts are to be sent. */
export interface AskedExcerpts {
  readonly urls: ReadonlyMap<string, string>;
  readonly wanted: readonly string[];
}

/** What the main thread says to a worker. */
export type ToWorker =
  | { kind: "start"; config: WorkerConfig }
  /** The names of files: what main knows of them a worker finds out for itself. */
  | { kind: "batch"; names: readonly string[] }
  /** Connect, so that the first batch is sooner done; a batch may come meanwhile. */
  | { kind: "connect" }
  /** Show that a worker can live and reach its database: look at the tables. */
  | { kind: "probe" }
  /** The write that the worker asked for may begin. */
  | { kind: "turn" }
  /** The URLs of the excerpts known to be stored, by hash, and those whose text is to be sent. */
  | { kind: "asked"; asked: AskedExcerpts }
  /** The URLs of those of the texts sent that are stored. */
  | { kind: "stored"; urls: ReadonlyMap<string, string> }
  /** Begin nothing new: give back what is not being written. */
  | { kind: "stop" }
  /** Close the store: no batch comes any more. */
  | { kind: "close" };

/** What a worker says to the main thread. */
export type FromWorker =
  | { kind: "ready" }
  /** A sign of life with the step that begins. */
  | { kind: "step"; step: WorkerStep }
  | { kind: "wants-turn" }
  /** The write that the turn was given for has ended. */
  | { kind: "ends-turn" }
  /** Asks by hash first: texts are large, and most are known or not wanted. */
  | { kind: "asks-excerpts"; hashes: readonly string[] }
  | { kind: "excerpts"; texts: readonly Excerpt[] }
  | { kind: "done"; result: PackedResult }
  | { kind: "closed" };

/** What a worker does with a batch at the moment. */
export type WorkerStep = "read" | "prepare" | "upload" | "wait" | "write";

/** What a batch shows besides its refusals. */
export interface Evidence {
  /** The tables that rows of other files went into, by name. */
  readonly accepted: readonly string[];
  /** The keys of those refusals that rows which any database must take met as well. */
  readonly proven: readonly string[];
}

/** What became of a batch. */
export interface BatchResult {
  outcomes: Outcome[];
  /** What the ingested submissions hold together: one for each would be most of what crosses threads. */
  tally: Tally;
  /** What is odd about those of the ingested submissions that were looked at. */
  warnings?: WarningTally;
  /** Why files were kept, where the database or the file system is at fault. */
  fault?: FaultReport;
  /** What speaks for or against the files whose rows were refused. */
  evidence?: Evidence;
  /** How long the steps took together, in milliseconds. */
  timesMs: Partial<Record<WorkerStep, number>>;
}

/** What became of a batch, as it crosses threads. */
export interface PackedResult extends Omit<BatchResult, "outcomes"> {
  outcomes: PackedOutcomes;
}

/**
 * Outcomes as they cross threads: the files that went in, of which there are thousands in a batch, as
 * columns of numbers. An object for each would cost as much as reading it.
 */
export interface PackedOutcomes {
  readonly others: readonly Outcome[];
  /** The places of the files in the batch. */
  readonly places: Uint32Array;
  /** What was really read, four numbers a file: bytes, mtime in ms, inode, rows. */
  readonly facts: Float64Array;
  readonly digests: BigUint64Array;
  /** The versions that occur, and for each file the place of its own among them. */
  readonly versions: readonly string[];
  readonly versionPlaces: Uint8Array;
}

/** What became of one file; `file` is what was really read. */
export type Outcome =
  | { kind: "ingested"; file: SpoolFile; rows: number; version: string; overlong?: Overlong }
  | { kind: "refused"; file: SpoolFile; refusal: Refusal }
  /** The database refused the rows: whether for their values or for reasons of its own is still to be found out. */
  | {
      kind: "rows-refused";
      file: SpoolFile;
      refusal: Refusal;
      rows: RowRefusal;
      fault: FaultReport;
    }
  | { kind: "empty"; file: SpoolFile }
  | { kind: "vanished"; file: SpoolFile }
  /** To be tried again: the fault of the batch, or of this file, or a stop. */
  | { kind: "kept"; file: SpoolFile; fault?: FaultReport };

/** The outcome of a file that went in. */
export type Ingested = Extract<Outcome, { kind: "ingested" }>;

/** A `Fault` as plain data. */
export interface FaultReport {
  /** What failed; a worker that dies throws nothing. */
  boundary: FaultName | "WorkerFault";
  message: string;
  class: FaultClass;
  operation: string;
  code?: string | undefined;
  hint?: string | undefined;
  /** Only some files meet it: what failed works for others. */
  isPartial?: true;
}
