import { fsyncSync, lstatSync, type Stats } from "node:fs";
import { putAtMs, tryToRemove } from "../collect-garbage.ts";
import { SpoolFault, spoolFault } from "../fault.ts";
import { freeNumber } from "../free-name.ts";
import { HeldFolder } from "../held-folder.ts";
import { listFolder } from "../list-folder.ts";
import { lockFolder } from "../lock-folder.ts";
import { printableName } from "../name.ts";
import { writeWhole } from "../write-whole.ts";
import { addFile, digestFile, type Original } from "./add-file.ts";
import { flawOfPack, listPack, type PackedFile, PackWriter } from "./pack-file.ts";
import { dayMs, packFolder, packName, packNames, withPack } from "./packs.ts";

/** What packing came to. */
export interface Packing {
  /** Files that were taken from `archive/`, and how much they held. */
  files: number;
  bytes: number;
  /** The packs that were made. */
  packs: string[];
  /** Files that are too young, or whose day is not over for as long. */
  kept: number;
  /** Files that cannot be read or deleted, or that changed meanwhile. */
  left: number;
  /** The first thing that failed: the rest went on without it, where it could. */
  fault?: SpoolFault;
}

interface PackOptions {
  readonly endings: readonly string[];
  /** What was archived on a day that was over before this, in milliseconds since the epoch, is packed. */
  readonly beforeMs: number;
  readonly dryRun: boolean;
  /** Hears the printable name of each file that would be packed. */
  readonly onFile?: (name: string) => void;
}

/** What is beyond goes into a further pack of the day: a kill loses no more work, and an index stays small. */
const maxFiles = 50_000;
const maxBytes = 4 * 2 ** 30;

/**
 * Puts the files of `archive/` that were archived long enough ago into packs, one for each day (UTC). No file
 * is deleted before its pack is on the disk and was read back. Ended at any point, each file is in `archive/`
 * or in a pack or in both; the next run finds those that are in both by their digests. A file that cannot be
 * read or deleted keeps no other one from it. Throws `SpoolFault`.
 */
export function packArchive(path: string, options: PackOptions): Packing {
  const packing: Packing = { files: 0, bytes: 0, packs: [], kept: 0, left: 0 };
  if (!lstatSync(path, { throwIfNoEntry: false })) return packing;
  using archive = HeldFolder.open(path);
  if (options.dryRun) {
    daysOf(archive, options, packing);
    return packing;
  }
  using packs = archive.folder(packFolder, 0o777);
  if (!packs) return packing;
  const lock = lockFolder(packs.held);
  if (lock === "taken") throw inUse(packs.path);
  using _lock = lock;
  removeParts(packs);
  const days = daysOf(archive, options, packing);
  try {
    for (const [day, names] of [...days].sort(([a], [b]) => (a < b ? -1 : 1))) {
      packDay(archive, packs, day, names, packing);
    }
  } catch (fault) {
    // What was packed until then is told all the same.
    if (!(fault instanceof SpoolFault)) throw fault;
    packing.fault ??= fault;
  }
  return packing;
}

// --- internal ---

/** The names of the files that are old enough, by the day on which each was put there. */
function daysOf(
  archive: HeldFolder,
  options: PackOptions,
  packing: Packing,
): Map<string, string[]> {
  const endMs = Math.floor(options.beforeMs / dayMs) * dayMs;
  const days = new Map<string, string[]>();
  for (const name of listFolder(archive.held)) {
    if (!options.endings.some((end) => name.endsWith(end))) continue;
    const stats = archive.look(name);
    if (!stats?.isFile()) continue;
    const archivedMs = putAtMs(stats);
    if (archivedMs >= endMs) {
      packing.kept++;
      continue;
    }
    const day = new Date(archivedMs).toISOString().slice(0, 10);
    days.getOrInsert(day, []).push(name);
    if (!options.dryRun) continue;
    packing.files++;
    packing.bytes += stats.size;
    options.onFile?.(printableName(name));
  }
  return days;
}

/** Parts that a kill has left: whoever writes one has the lock. */
function removeParts(packs: HeldFolder): void {
  for (const name of listFolder(packs.held)) {
    if (/^\..*\.tar\.zst\.part$/.test(name) && packs.look(name)?.isFile()) packs.remove(name);
  }
}

function packDay(
  archive: HeldFolder,
  packs: HeldFolder,
  day: string,
  names: string[],
  packing: Packing,
): void {
  const known = packNames(packs).filter((pack) => pack.day === day);
  const waiting = finishFormer(
    archive,
    packs,
    known.map(({ name }) => name),
    names.sort().reverse(),
    packing,
  );
  while (waiting.length > 0) {
    // Not the one behind the last: that may be one that somebody else made up.
    const name = packName(
      day,
      freeNumber((one) => !packs.look(packName(day, one))),
    );
    const originals = writePack(archive, packs, name, waiting, packing);
    if (originals.length > 0) packing.packs.push(name);
    for (const original of originals) removeOriginal(archive, original, packing);
  }
}

/**
 * Deletes the files that lie in a pack already, since the run that packed them was killed; returns the
 * names of the others. A pack is read back once more before anything is deleted for its sake.
 */
function finishFormer(
  archive: HeldFolder,
  packs: HeldFolder,
  known: readonly string[],
  names: readonly string[],
  packing: Packing,
): string[] {
  let waiting = [...names];
  for (const pack of known) {
    const index = new Map<string, PackedFile>();
    for (const one of withPack(packs, pack, listPack) ?? []) index.set(one.name, one);
    const isPacked = (name: string) => digestFile(archive, name, index.get(name));
    const doubles = new Map(
      waiting.flatMap((name) => {
        const original = index.has(name) ? isPacked(name) : undefined;
        return original ? [[name, original] as const] : [];
      }),
    );
    if (doubles.size === 0 || withPack(packs, pack, flawOfPack) !== undefined) continue;
    for (const original of doubles.values()) removeOriginal(archive, original, packing);
    waiting = waiting.filter((name) => !doubles.has(name));
  }
  return waiting;
}

/** Packs the last of the files that wait, as many as one pack holds, and takes them from the list. */
function writePack(
  archive: HeldFolder,
  packs: HeldFolder,
  name: string,
  waiting: string[],
  packing: Packing,
): Original[] {
  const originals: Original[] = [];
  let bytes = 0;
  const write = (handle: number) => {
    const writer = new PackWriter(handle);
    while (waiting.length > 0 && originals.length < maxFiles && bytes < maxBytes) {
      const original = addFile(archive, waiting.pop() ?? "", writer);
      if (original && "stats" in original) {
        originals.push(original);
        bytes += original.stats.size;
        continue;
      }
      packing.left++;
      if (original) packing.fault ??= original;
    }
    if (originals.length === 0) return false;
    writer.end();
    fsyncSync(handle);
    readBack(packs, `.${name}.part`);
    return true;
  };
  try {
    writeWhole(packs, name, write, { replaces: false });
    return originals;
  } catch (cause) {
    if (cause instanceof SpoolFault) throw cause;
    throw spoolFault(cause, "write the pack", `${packs.path}/${name}`);
  }
}

function readBack(packs: HeldFolder, part: string): void {
  const flaw = withPack(packs, part, (handle) => flawOfPack(handle) ?? "none") ?? "it is gone";
  if (flaw === "none") return;
  throw new SpoolFault(`cannot read back the pack ${packs.path}/${part}: ${flaw}`, {
    operation: "read back the pack",
    path: `${packs.path}/${part}`,
    class: "transient",
    hint: "nothing was deleted; check the disk",
  });
}

/** Deletes a packed file, unless it is another one by now, or was written to. */
function removeOriginal(archive: HeldFolder, { name, stats }: Original, packing: Packing): void {
  const now = archive.look(name);
  if (!now) return;
  if (!isSame(now, stats)) {
    packing.left++;
    return;
  }
  if (!tryToRemove(archive, name, packing)) return;
  packing.files++;
  packing.bytes += stats.size;
}

function isSame(a: Stats, b: Stats): boolean {
  const isSameFile = a.ino === b.ino && a.dev === b.dev;
  return isSameFile && a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;
}

function inUse(path: string): SpoolFault {
  return new SpoolFault(`another process is packing into ${path}`, {
    operation: "lock the folder",
    path,
    class: "operator",
    hint: "wait until it has finished",
  });
}
