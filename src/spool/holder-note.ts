import { statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { isFullDisk } from "../base/full-disk.ts";
import { SpoolFault, spoolFault } from "./fault.ts";
import { readNote, readOwnNote, removeNote, writeOwnNote } from "./note-file.ts";

/** What a service tells of itself to the commands beside it; nothing of it is secret. Texts by their names. */
export type HolderFacts = Readonly<Record<string, string>>;

/** What the service says that has a spool. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When it took the spool. */
  readonly since: Date;
  readonly facts: HolderFacts;
}

/** Notes in a spool who has it, and says whether the disk had room for that. Throws `SpoolFault`. */
export function noteHolder(root: string, since: Date, facts: HolderFacts): boolean {
  const note = { pid: process.pid, host: hostname(), since: since.toISOString(), facts };
  const [path, text] = [holderOf(root), `${JSON.stringify(note)}\n`];
  try {
    replaceNote(path, text);
    return true;
  } catch (fault) {
    // The lock holds without it: a full disk must not keep the service from starting.
    if (fault instanceof SpoolFault && isFullDisk(fault.code)) return false;
    throw fault;
  }
}

/**
 * What the service says that has the spool, which the caller knows to be held; undefined where nothing is
 * said that the service alone can have written. Throws `SpoolFault`.
 */
export function readHolder(root: string): Holder | undefined {
  const text = readOwnNote(holderOf(root), ownerOf(root));
  const note = text === undefined ? undefined : parse(text);
  if (!note) return undefined;
  const { pid, host, since, facts = {} } = note;
  const started = new Date(typeof since === "string" ? since : Number.NaN);
  const isWhole = Number.isInteger(pid) && typeof host === "string" && Number.isFinite(+started);
  if (!isWhole || typeof facts !== "object" || facts === null) return undefined;
  const texts = Object.entries(facts).filter(([, value]) => typeof value === "string");
  return { pid: Number(pid), host, since: started, facts: Object.fromEntries(texts) };
}

/** Who has a spool, in words that go on, from a note that anybody may have written. */
export function describeHolder(root: string): string {
  try {
    const { pid, host, since } = parse(readNote(holderOf(root)) ?? "") ?? {};
    if (pid === undefined) return "";
    return `: process ${Number(pid)} on ${String(host).slice(0, 255)} since ${String(since).slice(0, 30)}`;
  } catch {
    // The other service has only just begun.
    return "";
  }
}

// --- internal ---

function replaceNote(path: string, text: string): void {
  try {
    writeOwnNote(path, text);
  } catch (fault) {
    if (!(fault instanceof SpoolFault) || fault.code !== "EACCES") throw fault;
    takeAway(path);
    writeOwnNote(path, text);
  }
}

/** A service of another user left it here; in a sticky folder only that user or root may remove it. */
function takeAway(path: string): void {
  try {
    removeNote(path);
  } catch (fault) {
    if (!(fault instanceof SpoolFault)) throw fault;
    const hint = "have its owner or root remove it: another user's service left it there";
    throw new SpoolFault(fault.message, { ...fault, hint });
  }
}

function holderOf(root: string): string {
  return join(root, ".kci-ingester.holder");
}

function ownerOf(root: string): number {
  try {
    return statSync(root).uid;
  } catch (cause) {
    throw spoolFault(cause, "check the folder", root);
  }
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const note: unknown = JSON.parse(text);
    return typeof note === "object" && note !== null ? { ...note } : undefined;
  } catch {
    // Nobody's note, or one that is being written.
    return undefined;
  }
}
