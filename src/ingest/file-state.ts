import type { SpoolFile } from "../spool/spool.ts";
import type { Refusal } from "../submission/refusal.ts";

/** Where a file stands. Each file that the service knows is in exactly one of these states. */
export type FileState =
  /** It waits for a worker: one that has just arrived, or one that a scan found; `alone` in its batch. */
  | { readonly kind: "queued"; readonly fresh: boolean; readonly alone: boolean }
  /** A worker has it. */
  | { readonly kind: "in-hand" }
  /** It may still be written to; it is looked at again when due. */
  | { readonly kind: "growing"; readonly dueMs: number }
  /** It failed for now although its neighbours did not; it is tried alone when due. */
  | { readonly kind: "retrying"; readonly dueMs: number }
  /** The database refuses it for a reason of its own (`key`); it waits until that is mended. */
  | { readonly kind: "held"; readonly key: string }
  /** It was in hand when the program was killed; it waits for all others. */
  | { readonly kind: "suspected" }
  /** Workers died with it in hand; it waits for the proof that they live without it. */
  | { readonly kind: "quarantined"; readonly reason: string }
  /** Where it goes is decided; it has yet to be moved. */
  | { readonly kind: "to-move"; readonly move: PlannedMove }
  /** It cannot be looked at or read; scans look at it again. */
  | { readonly kind: "unreadable" };

/**
 * Where a file belongs; `verify`: it lies in `archive/`, and has yet to be seen to be the one that was read.
 * `evenIfOpen`: another program has had it open for writing for long, and has not written.
 */
export type PlannedMove = { readonly evenIfOpen?: boolean } & (
  | { readonly to: "archive" | "verify" | "set-aside" }
  | { readonly to: "failed"; readonly refusal: Refusal }
);

/** What is remembered of a file beside its state. */
export interface FileHistory {
  /** How often it failed for now by itself. */
  readonly failures: number;
  /** How many workers died with it in hand. */
  readonly crashes: number;
  /** How many batches had gone well when the first of them died. */
  readonly wellAtFirstCrash: number;
  /** How it was when it was last seen unfinished, and since when, on the clock of `performance.now()`. */
  readonly seen?: { readonly bytes: number; readonly mtimeMs: number; readonly sinceMs: number };
  /** Whether it could not be read before, and that was told. */
  readonly wasUnreadable?: boolean;
}

/** A file as the ledger has it: what was seen of it, its state, and what happened to it before. */
export interface FileRecord {
  readonly file: SpoolFile;
  readonly state: FileState;
  readonly history: FileHistory;
}

/** What happens to a file. */
export type FileEvent =
  | WorkerEvent
  /** It lies in the spool. `suspicion`: whether it was in hand when the program was killed, or is what kills it. */
  | {
      readonly kind: "found";
      readonly file: SpoolFile;
      readonly fresh: boolean;
      readonly suspicion: "none" | "suspected" | Refusal;
    }
  | { readonly kind: "taken" }
  /** It is time to try it again: alone, or with others. */
  | { readonly kind: "due"; readonly alone: boolean; readonly isSuspected: boolean }
  /** Somebody has touched it. */
  | { readonly kind: "touched" }
  | { readonly kind: "unreadable"; readonly name: string }
  /** It was renamed to `archive/`; what it holds could not be seen. */
  | { readonly kind: "unverified" }
  /** It could not be moved: another program has it open, and may still write to it. */
  | { readonly kind: "being-written" }
  /** It is not in the spool any more, by our doing or another's. */
  | { readonly kind: "gone" };

/** What a worker says of a file that it had, or its death does. */
export type WorkerEvent =
  | { readonly kind: "ingested" | "empty"; readonly file: SpoolFile }
  /** `mayGrow`: the refusal is one that a writer who goes on would end. */
  | {
      readonly kind: "refused";
      readonly file: SpoolFile;
      readonly refusal: Refusal;
      readonly mayGrow: boolean;
    }
  | { readonly kind: "vanished" | "failed" }
  /** It is to be tried again with others. */
  | { readonly kind: "given-back"; readonly isSuspected: boolean }
  | { readonly kind: "held"; readonly key: string }
  /** `well`: how many batches have gone well in this run. */
  | {
      readonly kind: "crashed";
      readonly reason: string;
      readonly well: number;
      readonly isSuspected: boolean;
    };
