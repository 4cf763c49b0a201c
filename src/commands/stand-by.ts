import { setTimeout } from "node:timers/promises";
import { Fault } from "../base/fault.ts";
import type { Log } from "../observe/log.ts";
import { SpoolFault } from "../spool/fault.ts";
import type { HolderFacts } from "../spool/holder-note.ts";
import { isInUse, lockSpool, type SpoolLock } from "../spool/lock-spool.ts";
import { StandbyNote } from "../spool/standby-note.ts";

interface StandbyOptions {
  readonly log: Log;
  readonly signal: AbortSignal;
  /** What the service tells of itself once it has the spool. */
  readonly facts: HolderFacts;
  /** Told why it waits, at first and whenever that has changed. */
  onWait(why: string): Promise<void>;
}

/** A service that stands by asks for the lock so often: a look at one folder. */
const askMs = 200;

/**
 * Waits for the lock of a spool until its holder has ended, however that ended; undefined where `signal`
 * came first. What keeps the lock from being taken at the first try, besides a holder, is thrown as
 * `SpoolFault`; later it is told, and waited for: to stand by means to outlast it.
 */
export async function standBy(
  root: string,
  { log, signal, facts, onWait }: StandbyOptions,
): Promise<SpoolLock | undefined> {
  const startedMs = performance.now();
  let told: string | undefined;
  using note = new StandbyNote(root);
  while (!signal.aborted) {
    try {
      const lock = lockSpool(root, facts, "impatient");
      const seconds = Math.round((performance.now() - startedMs) / 1_000);
      if (told !== undefined) log.warn("standby_takes_over", { seconds });
      return lock;
    } catch (cause) {
      if (!(cause instanceof SpoolFault) || (told === undefined && !isInUse(cause))) throw cause;
      if (told !== cause.message) {
        told = cause.message;
        await onWait(told);
        if (isInUse(cause)) log.info("service_stands_by", { why: told });
        else log.error("standby_cannot_take_over", { why: told, hint: cause.hint });
      }
    }
    note.keep();
    await setTimeout(askMs, undefined, { signal }).catch(() => {});
  }
  return undefined;
}

/**
 * What was read at the start as it is after the wait: it may have changed. What cannot be used now keeps
 * nobody from taking over: then `before` counts.
 */
export async function readAgain<T>(before: T, read: () => T | Promise<T>, log: Log): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    log.error("change_unusable", { error, effect: "the values read at startup stay in force" });
    return before;
  }
}
