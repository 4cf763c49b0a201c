import { crashLoop, deathsInWords, maxCrashes } from "../guard/crash-loop.ts";
import type { Refusal } from "../submission/refusal.ts";
import type { FileEvent, FileHistory, FileRecord, FileState, WorkerEvent } from "./file-state.ts";

/** How long a file may be unfinished, in milliseconds. */
export interface Patience {
  /** One that is empty leaves the spool after that. */
  readonly emptyMs: number;
  /** One whose JSON ends early is refused after that. */
  readonly unfinishedMs: number;
  /** How long to wait before the next try of a file that has failed so often by itself. */
  backoffMs(failures: number): number;
}

/** Two clocks: milliseconds since the epoch, and those of `performance.now()`. */
export interface Now {
  readonly epochMs: number;
  readonly monotonicMs: number;
}

/** A growing file that is touched is looked at again that soon, not at every byte. */
const touchedMs = 500;

const noHistory: FileHistory = { failures: 0, crashes: 0, wellAtFirstCrash: 0 };

/**
 * What a file becomes by an event; undefined when nothing need be known of it any more. What does not fit
 * its state changes nothing. Pure: the ledger keeps the result, others act by it.
 */
export function transition(
  record: FileRecord | undefined,
  event: FileEvent,
  now: Now,
  patience: Patience,
): FileRecord | undefined {
  if (event.kind === "found") return onFound(record, event, now, patience);
  if (event.kind === "unreadable") return unreadable(record, event.name);
  if (!record) return undefined;
  const { kind } = record.state;
  switch (event.kind) {
    case "taken":
      return kind === "queued" || kind === "suspected" ? to(record, inHand) : record;
    case "touched":
      return kind === "growing" ? hasten(record, now) : record;
    case "due":
      return kind === "retrying" || kind === "held"
        ? to(record, again(event.isSuspected, event.alone))
        : record;
    case "unverified":
      return kind === "to-move" ? to(record, { kind: "to-move", move: { to: "verify" } }) : record;
    case "being-written":
      return onBeingWritten(record, now, patience);
    case "gone":
      // A worker that has it will say so, and what is to be moved is seen to be gone then.
      return kind === "queued" || kind === "in-hand" ? record : undefined;
    default:
      return kind === "in-hand" || kind === "quarantined"
        ? onOutcome(record, event, now, patience)
        : record;
  }
}

// --- internal ---

const inHand: FileState = { kind: "in-hand" };
const suspected: FileState = { kind: "suspected" };
const archived = { kind: "to-move", move: { to: "archive" } } as const;
const setAside: FileState = { kind: "to-move", move: { to: "set-aside" } };
const found: FileState = { kind: "queued", fresh: false, alone: false };
const arrived: FileState = { kind: "queued", fresh: true, alone: false };
const alone: FileState = { kind: "queued", fresh: false, alone: true };

type Found = Extract<FileEvent, { kind: "found" }>;
function onFound(
  record: FileRecord | undefined,
  { file, fresh, suspicion }: Found,
  now: Now,
  patience: Patience,
): FileRecord | undefined {
  const kind = record?.state.kind;
  const isOpen = kind === undefined || kind === "unreadable" || kind === "growing";
  if (!isOpen) return record;
  const history = record?.history ?? noHistory;
  const one = { file, history, state: fresh ? arrived : found };
  if (file.bytes === 0) return ripen(one, patience.emptyMs, now) ?? to(one, setAside);
  if (suspicion === "none") return one;
  return to(one, suspicion === "suspected" ? suspected : refused(suspicion));
}

function onOutcome(
  record: FileRecord,
  event: WorkerEvent,
  now: Now,
  patience: Patience,
): FileRecord | undefined {
  switch (event.kind) {
    case "ingested":
      return to({ ...record, file: event.file }, archived);
    case "empty":
      return ripen({ ...record, file: event.file }, patience.emptyMs, now) ?? to(record, setAside);
    case "refused": {
      const one = { ...record, file: event.file };
      const waits = event.mayGrow ? ripen(one, patience.unfinishedMs, now) : undefined;
      return waits ?? to(one, refused(event.refusal));
    }
    case "vanished":
      return undefined;
    case "given-back":
      return to(record, again(event.isSuspected, false));
    case "failed": {
      const { failures } = record.history;
      const dueMs = now.monotonicMs + patience.backoffMs(failures);
      const history = { ...record.history, failures: failures + 1 };
      return { ...record, history, state: { kind: "retrying", dueMs } };
    }
    case "held":
      return to(record, { kind: "held", key: event.key });
    case "crashed":
      return onCrash(record, event);
  }
}

/** Waits for the other program to end; one that writes nothing for long is not waited for. */
function onBeingWritten(record: FileRecord, now: Now, patience: Patience): FileRecord {
  const { state } = record;
  if (state.kind !== "to-move") return record;
  const move = state.move.to === "verify" ? archived.move : state.move;
  const insists: FileState = { kind: "to-move", move: { ...move, evenIfOpen: true } };
  return ripen(record, patience.unfinishedMs, now) ?? to(record, insists);
}

/** A file is to blame only if workers live without it: where all of them die, none is. */
function onCrash(
  record: FileRecord,
  { reason, well, isSuspected }: Extract<FileEvent, { kind: "crashed" }>,
): FileRecord {
  const { crashes, wellAtFirstCrash } = record.history;
  const first = crashes === 0 ? well : wellAtFirstCrash;
  const history = { ...record.history, crashes: crashes + 1, wellAtFirstCrash: first };
  const one = { ...record, history };
  if (history.crashes < maxCrashes) return to(one, again(isSuspected, true));
  if (well <= first) return to(one, { kind: "quarantined", reason });
  return to(one, refused(crashLoop(deathsInWords(reason))));
}

/**
 * Lets a file wait that has not been as it is for `spanMs`, by its own mtime or, should that lie in the
 * future or the clock be set back, since it was first seen so; undefined when it has.
 */
function ripen(record: FileRecord, spanMs: number, now: Now): FileRecord | undefined {
  const { bytes, mtimeMs } = record.file;
  const { seen } = record.history;
  const isSame = seen?.bytes === bytes && seen.mtimeMs === mtimeMs;
  const sinceMs = isSame ? seen.sinceMs : now.monotonicMs;
  const ageMs = Math.max(now.epochMs - mtimeMs, now.monotonicMs - sinceMs);
  if (ageMs >= spanMs) return undefined;
  return {
    ...record,
    history: { ...record.history, seen: { bytes, mtimeMs, sinceMs } },
    state: { kind: "growing", dueMs: now.monotonicMs + spanMs - ageMs + 1 },
  };
}

function hasten(record: FileRecord, now: Now): FileRecord {
  const { state } = record;
  if (state.kind !== "growing") return record;
  const dueMs = Math.min(state.dueMs, now.monotonicMs + touchedMs);
  return to(record, { kind: "growing", dueMs });
}

function unreadable(record: FileRecord | undefined, name: string): FileRecord {
  const file = record?.file ?? { name, bytes: 0, mtimeMs: 0, inode: 0 };
  const history = { ...(record?.history ?? noHistory), wasUnreadable: true };
  return { file, history, state: { kind: "unreadable" } };
}

function again(isSuspected: boolean, isAlone: boolean): FileState {
  if (isSuspected) return suspected;
  return isAlone ? alone : found;
}

function refused(refusal: Refusal): FileState {
  return { kind: "to-move", move: { to: "failed", refusal } };
}

function to(record: FileRecord, state: FileState): FileRecord {
  return { file: record.file, history: record.history, state };
}
