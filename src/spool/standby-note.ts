import { lstatSync, unlinkSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { SpoolFault } from "./fault.ts";
import { listFolder } from "./list-folder.ts";
import { readNote, writeNote } from "./note-file.ts";

/** A process that waits to be the service of a spool. */
export interface Standby {
  readonly pid: number;
  readonly host: string;
  /** ISO 8601 in UTC. */
  readonly since: string;
}

const prefix = ".kci-ingester.standby-";
/** So often a note is written anew, and after so long without that nobody is behind it. */
const renewMs = 5_000;
const goneMs = 20_000;

/**
 * Says in the spool that this process stands by, until it is disposed of: for who looks, since the lock
 * alone decides. Where it cannot be written, nobody is told.
 */
export class StandbyNote implements Disposable {
  readonly #path: string;
  readonly #text: string;
  #renewedMs = Number.NEGATIVE_INFINITY;

  constructor(root: string) {
    const standby: Standby = {
      pid: process.pid,
      host: hostname(),
      since: new Date().toISOString(),
    };
    // Two containers may have the same process id, and the same host name.
    const id = crypto.getRandomValues(Buffer.alloc(6)).toString("hex");
    this.#path = join(root, `${prefix}${id}`);
    this.#text = `${JSON.stringify(standby)}\n`;
    for (const name of notesIn(root)) if (isLeft(join(root, name))) remove(join(root, name));
  }

  /** Shows that the process still lives; to be called again and again. */
  keep(): void {
    const nowMs = performance.now();
    if (nowMs < this.#renewedMs + renewMs) return;
    this.#renewedMs = nowMs;
    try {
      writeNote(this.#path, this.#text);
    } catch (cause) {
      if (!(cause instanceof SpoolFault)) throw cause;
    }
  }

  [Symbol.dispose](): void {
    remove(this.#path);
  }
}

/** The processes that stand by for a spool now. Throws `SpoolFault` where it cannot be listed. */
export function listStandbys(root: string): Standby[] {
  return notesIn(root).flatMap((name) => {
    const path = join(root, name);
    if (isLeft(path)) return [];
    try {
      const { pid, host, since } = JSON.parse(readNote(path) ?? "") as Record<string, unknown>;
      const [id, name, when] = [
        Number(pid),
        String(host).slice(0, 255),
        String(since).slice(0, 30),
      ];
      return Number.isSafeInteger(id) ? [{ pid: id, host: name, since: when }] : [];
    } catch {
      // It has just begun or ended, or is none of ours.
      return [];
    }
  });
}

// --- internal ---

function notesIn(root: string): string[] {
  return listFolder(root).filter((name) => name.startsWith(prefix));
}

/** Whether whoever wrote it has not renewed it: it was killed. */
function isLeft(path: string): boolean {
  const writtenMs = lstatSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return writtenMs === undefined || Math.abs(Date.now() - writtenMs) > goneMs;
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It does no harm, and no longer counts in a moment.
  }
}
