import { setImmediate } from "node:timers/promises";
import { FoundFiles } from "./found-files.ts";
import type { OddEntry, UnseenEntry } from "./look-at.ts";
import { lookInPieces } from "./look-in-pieces.ts";
import type { SpoolFile } from "./spool.ts";

/** What one look at the spool found. */
export interface Scan {
  /** The oldest waiting files, oldest first, at most `limit`. */
  files: FoundFiles;
  /** How many wait in all, those that are skipped not counted, and how much they hold. */
  waiting: number;
  waitingBytes: number;
  /** `*.json` entries that are no regular files: left alone. */
  odd: OddEntry[];
  /** How many files were handed over before the end. */
  early: number;
  /** Entries that could not be looked at: left alone until the next look. */
  unseen: UnseenEntry[];
}

interface ScanOptions {
  /** How many files to remember: what bounds memory on a spool of millions. */
  limit: number;
  /** Files that are in hand already. */
  skip?: (name: string) => boolean;
  signal?: AbortSignal;
  /** Takes files that a long scan has found so far; they are not among those it returns. */
  onEarly?: (files: readonly SpoolFile[]) => void;
  /** Whether it would take more of them now; always unless given. */
  isHungry?: () => boolean;
  /** Hears now and then how many files have been found so far. */
  onProgress?: (found: number) => void;
}

/** How often a long scan hands over files, and how many of those found since the last time. */
const earlyMs = 500;
const earlyFiles = 5_000;
/** How many entries of a kind that is not ingested are told of. */
const maxTold = 1_000;

/**
 * Finds the submissions that wait directly in `root`: regular files whose name ends in `.json`. Lets
 * the event loop breathe. Throws `SpoolFault` when the folder, or none of its entries, can be looked at.
 */
export async function scanSpool(root: string, options: ScanOptions): Promise<Scan> {
  const counts = { waiting: 0, waitingBytes: 0, early: 0 };
  const scan: Scan = { files: new FoundFiles(), ...counts, odd: [], unseen: [] };
  const early = earlyHandOver(scan, options);
  let failed = 0;
  let looks = 0;
  /** Once there are more than can be remembered: what is newer than the last of those is only counted. */
  let newestMs = Number.POSITIVE_INFINITY;
  const isWanted = (name: string) => name.endsWith(".json") && !options.skip?.(name);
  // Whoever begins something else now is not kept from it.
  await setImmediate();
  let pieces = 0;
  for (const piece of lookInPieces(root, isWanted)) {
    // Others get the thread between two pieces.
    if (++pieces > 1) {
      options.onProgress?.(scan.waiting);
      await setImmediate();
      options.signal?.throwIfAborted();
      if (early()) newestMs = Number.POSITIVE_INFINITY;
    }
    for (const entry of piece) {
      looks++;
      if ("fault" in entry) {
        failed++;
        if (scan.unseen.length < maxTold) scan.unseen.push(entry);
        continue;
      }
      if ("what" in entry) {
        if (scan.odd.length < maxTold) scan.odd.push(entry);
        continue;
      }
      scan.waiting++;
      scan.waitingBytes += entry.bytes;
      if (entry.mtimeMs > newestMs) continue;
      scan.files.add(entry);
      if (scan.files.size < 1.5 * options.limit) continue;
      newestMs = scan.files.keepOldest(options.limit) ?? newestMs;
    }
  }
  const [unseen] = scan.unseen;
  if (unseen && failed === looks) throw unseen.fault;
  scan.files.keepOldest(options.limit);
  return scan;
}

// --- internal ---

/**
 * Gives a function that now and then hands over the oldest of what was found since the last time, and
 * says whether it did.
 */
function earlyHandOver(scan: Scan, { onEarly, isHungry }: ScanOptions): () => boolean {
  let toldMs = performance.now();
  let told = 0;
  return () => {
    if (!onEarly || performance.now() - toldMs < earlyMs || isHungry?.() === false) return false;
    toldMs = performance.now();
    const files = scan.files.takeAfter(told, earlyFiles);
    told = scan.files.size;
    scan.early += files.length;
    if (files.length > 0) onEarly(files);
    return files.length > 0;
  };
}
