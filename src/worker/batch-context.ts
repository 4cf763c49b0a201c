import type { TreeNames } from "../prepare/name-trees.ts";
import type { WarningSampler } from "../prepare/warning-sampler.ts";
import type { ReadOptions } from "../spool/read-file.ts";
import type { InTurn, Store } from "../store/store.ts";
import type { Submission } from "../submission/submission.ts";
import type { WorkerStep } from "./protocol.ts";

/** What a batch needs from its worker. */
export interface BatchContext extends ReadOptions {
  trees: TreeNames;
  /** Opens the worker's store, or gives the one that is open. Throws `StoreFault`. */
  store(): Promise<Store>;
  /** Runs `write` when it is this worker's turn. */
  inTurn: InTurn;
  /**
   * Sends excerpts to the storage server; changes the submissions in place, and gives the URLs by hash. Absent: none
   * are sent.
   */
  storeExcerpts?: (submissions: readonly Submission[]) => Promise<ReadonlyMap<string, string>>;
  /** Excerpts of more bytes than this are sent. */
  excerptThresholdBytes?: number | undefined;
  /** A file with an object that takes more memory is refused; absent: more than usual. */
  maxObjectBytes?: number;
  /** The rows of this much of a large file are written together. */
  writtenAtOnceBytes?: number;
  /** Looks for warnings in a sample of the submissions; absent: nobody does. */
  sampler?: WarningSampler;
  onStep(step: WorkerStep): void;
  stopping(): boolean;
}
