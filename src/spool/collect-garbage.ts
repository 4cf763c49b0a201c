import { lstatSync, type Stats } from "node:fs";
import { SpoolFault } from "./fault.ts";
import { HeldFolder } from "./held-folder.ts";
import { listFolder } from "./list-folder.ts";
import { printableName } from "./name.ts";
import { reasonName } from "./reason-file.ts";
import { ReasonFolders } from "./reason-folders.ts";

/** What lay in a folder. */
export interface Garbage {
  /** Submissions that were old enough, and how much they held. */
  files: number;
  bytes: number;
  /** Submissions that were not. */
  kept: number;
  /** Files that cannot be deleted, and why the first of them cannot. */
  left: number;
  fault?: SpoolFault;
}

interface GarbageOptions {
  /** Names of the submissions end in one of these. */
  endings: readonly string[];
  /** Only what has lain unchanged since before this is deleted, in milliseconds since the epoch. */
  beforeMs: number;
  dryRun: boolean;
  /** Hears the printable name of each submission that is, or would be, deleted. */
  onFile?: (name: string) => void;
}

/**
 * Deletes the submissions of a folder that are old enough, each with its reason file, and reasons
 * that have no submission. One that cannot be deleted keeps no other one. Only regular files are touched, and
 * a folder that is a symbolic link is refused. Throws `SpoolFault`.
 */
export function collectGarbage(path: string, options: GarbageOptions): Garbage {
  const garbage: Garbage = { files: 0, bytes: 0, kept: 0, left: 0 };
  if (!lstatSync(path, { throwIfNoEntry: false })) return garbage;
  using folder = HeldFolder.open(path);
  const names = listFolder(folder.held);
  using reasonFolders = new ReasonFolders(folder);
  const reasons = reasonFolders.all.map((place) => ({ place, names: reasonsIn(place) }));
  for (const name of names) {
    if (!options.endings.some((end) => name.endsWith(end))) continue;
    const stats = folder.look(name);
    const reason = reasonName(name);
    if (!stats?.isFile()) continue;
    if (!isOld(stats, options.beforeMs)) {
      garbage.kept++;
      for (const { names } of reasons) names.delete(reason);
      continue;
    }
    // The submission first: what is left when this is cut short is a reason, which the next run takes.
    if (!options.dryRun && !tryToRemove(folder, name, garbage)) continue;
    garbage.files++;
    garbage.bytes += stats.size;
    options.onFile?.(printableName(name));
    if (options.dryRun) continue;
    for (const { place, names } of reasons) {
      if (names.delete(reason)) tryToRemove(place, reason, garbage);
    }
  }
  if (options.dryRun) return garbage;
  for (const { place, names } of reasons) {
    for (const name of orphansOf(folder, place, names, options.beforeMs)) {
      tryToRemove(place, name, garbage);
    }
  }
  return garbage;
}

/**
 * When a file was put where it is, in milliseconds since the epoch: when its inode changed, or when it was
 * written where that is later. A time that is still to come is no time of writing.
 */
export function putAtMs({ mtimeMs, ctimeMs }: Stats): number {
  return mtimeMs > Date.now() ? ctimeMs : Math.max(mtimeMs, ctimeMs);
}

/** Deletes a file; what keeps it from being deleted is noted, and no reason to stop. */
export function tryToRemove(
  folder: HeldFolder,
  name: string,
  done: { left: number; fault?: SpoolFault },
): boolean {
  try {
    folder.remove(name);
    return true;
  } catch (fault) {
    if (!(fault instanceof SpoolFault)) throw fault;
    done.left++;
    done.fault ??= fault;
    return false;
  }
}

// --- internal ---

function reasonsIn(place: HeldFolder): Set<string> {
  return new Set(listFolder(place.held).filter((name) => name.endsWith(".json.error")));
}

function* orphansOf(
  folder: HeldFolder,
  place: HeldFolder,
  reasons: ReadonlySet<string>,
  beforeMs: number,
): Generator<string> {
  for (const name of reasons) {
    const stats = place.look(name);
    // Looked for again, since one may have come meanwhile; a cut name belongs to nobody in sight.
    const submission = name.includes("~") || folder.look(name.slice(0, -".error".length));
    if (!submission && stats?.isFile() && isOld(stats, beforeMs)) yield name;
  }
}

function isOld(stats: Stats, beforeMs: number): boolean {
  return putAtMs(stats) < beforeMs;
}
