import type { FaultClass } from "../base/fault.ts";
import { isFullDisk } from "../base/full-disk.ts";
import { formatCount, formatSeconds } from "./units.ts";

/** What the service knows of its own progress. Times are of one clock, in milliseconds. */
export interface ProgressFacts {
  readonly databaseUp: boolean;
  /** What keeps the database from being used; absent also before it was asked for the first time. */
  readonly databaseFailure?: DependencyFailure | undefined;
  /** What keeps the folders of the spool from being used, in words; absent when nothing does. */
  readonly spoolOutage: SpoolOutage | undefined;
  /** Files that wait or are in flight. */
  readonly queue: number;
  /** When a file was last settled, or the queue last empty. */
  readonly movedAtMs: number;
  /** When the main loop last went round. */
  readonly loopAtMs: number;
  readonly nowMs: number;
}

/** What keeps something from being used: what is wrong, and what to do. */
export interface DependencyFailure {
  readonly message: string;
  readonly class: FaultClass;
  /** Of the layer below: an errno, a SQLSTATE, a code of SQLite's. */
  readonly code?: string | undefined;
}

/** What keeps the spool from being used, and for how long it has, in milliseconds. */
export interface SpoolOutage extends DependencyFailure {
  readonly lastedMs: number;
}

/** What mends itself has gone by then: half a minute has room for eight tries. */
const lastingMs = 30_000;

/** A huge submission takes seconds; minutes without any outcome mean that something hangs. */
const stallMs = 120_000;

/** Why no work gets done, for `/ready`; `undefined` when all is well. */
export function notReadyReason(facts: ProgressFacts): string | undefined {
  if (!facts.databaseUp) return databaseReason(facts.databaseFailure);
  const { spoolOutage } = facts;
  // A full disk does not mend itself.
  if (isFullDisk(spoolOutage?.code))
    return `the disk of the spool is full: ${spoolOutage?.message}`;
  if (spoolOutage && (spoolOutage.class === "operator" || spoolOutage.lastedMs >= lastingMs))
    return `the spool cannot be used: ${spoolOutage.message}`;
  return stallReason(facts);
}

/**
 * Why a restart may help, for the watchdog: the loop hangs, or files wait and none moves although
 * the database answers and the spool can be used. An outage of either is no such reason.
 */
export function stallReason(facts: ProgressFacts): string | undefined {
  const loopMs = facts.nowMs - facts.loopAtMs;
  if (loopMs > stallMs) return `the main loop has been stuck for ${formatSeconds(loopMs / 1000)}`;
  const idleMs = facts.nowMs - facts.movedAtMs;
  const isOutage = !facts.databaseUp || facts.spoolOutage !== undefined;
  if (!isOutage && facts.queue > 0 && idleMs > stallMs) {
    const files = `${formatCount(facts.queue)} ${facts.queue === 1 ? "file is waiting" : "files are waiting"}`;
    return `${files} and nothing has progressed for ${formatSeconds(idleMs / 1000)}`;
  }
  return undefined;
}

// --- internal ---

/** What a database itself says, other than that the connection was lost (08) or that it is about to end (57). */
const ofAnswer = /^(?:SQLITE_|(?!08|57|E[A-Z])[0-9A-Z]{5}$)/;

/** A database that is there and takes nothing is not away. */
function databaseReason(failure: DependencyFailure | undefined): string {
  if (!failure) return "the database is unreachable";
  const { code = "", message } = failure;
  if (isFullDisk(code)) return `the disk of the database is full: ${message}`;
  const isThere = failure.class !== "transient" || ofAnswer.test(code);
  return isThere ? `the database accepts nothing: ${message}` : "the database is unreachable";
}
