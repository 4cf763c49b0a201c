import { lstatSync, type Stats } from "node:fs";
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
 * that have no submission. A file's age counts from when it was put there (its inode's change), or
 * from its writing where that is later. Only regular files are touched, and a
 * folder that is a symbolic link is refused. Throws `SpoolFault`.
 */
export function collectGarbage(path: string, options: GarbageOptions): Garbage {
  const garbage: Garbage = { files: 0, bytes: 0, kept: 0 };
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
    garbage.files++;
    garbage.bytes += stats.size;
    options.onFile?.(printableName(name));
    if (options.dryRun) continue;
    // The submission first: what is left when this is cut short is a reason, which the next run takes.
    folder.remove(name);
    for (const { place, names } of reasons) if (names.delete(reason)) place.remove(reason);
  }
  if (options.dryRun) return garbage;
  for (const { place, names } of reasons) removeOrphans(folder, place, names, options.beforeMs);
  return garbage;
}

// --- internal ---

function reasonsIn(place: HeldFolder): Set<string> {
  return new Set(listFolder(place.held).filter((name) => name.endsWith(".json.error")));
}

function removeOrphans(
  folder: HeldFolder,
  place: HeldFolder,
  reasons: ReadonlySet<string>,
  beforeMs: number,
): void {
  for (const name of reasons) {
    const stats = place.look(name);
    // Looked for again, since one may have come meanwhile; a cut name belongs to nobody in sight.
    const submission = name.includes("~") || folder.look(name.slice(0, -".error".length));
    if (!submission && stats?.isFile() && isOld(stats, beforeMs)) place.remove(name);
  }
}

function isOld(stats: Stats, beforeMs: number): boolean {
  return Math.max(stats.mtimeMs, stats.ctimeMs) < beforeMs;
}
