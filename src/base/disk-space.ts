import { type StatsFs, statfsSync, statSync } from "node:fs";
import { stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";

/** The room on the disk that a path leads to, as far as the file system tells. */
export interface DiskSpace {
  /** Equal for paths on the same file system. */
  readonly device: number;
  /** What ordinary users may still write, and that together with what is taken. */
  readonly freeBytes: number;
  readonly sizeBytes: number;
  /** How many files may still be made, and how many there can be; absent where there is no such limit. */
  readonly freeInodes: number | undefined;
  readonly inodes: number | undefined;
}

/** `low`: below 5 % are free, `full`: below 1 %, of the bytes or of the inodes. */
export type Room = "enough" | "low" | "full";

/** The room at a path, or at what is there of it; undefined where the file system tells nothing. */
export function diskSpaceAt(path: string): DiskSpace | undefined {
  for (let at = path; ; at = dirname(at)) {
    try {
      return toSpace(statSync(at).dev, statfsSync(at));
    } catch {
      if (dirname(at) === at) return undefined;
    }
  }
}

/** The same without holding up the thread; undefined also where the path leads nowhere. */
export async function lookUpDiskSpace(path: string): Promise<DiskSpace | undefined> {
  try {
    const [{ dev }, stats] = await Promise.all([stat(path), statfs(path)]);
    return toSpace(dev, stats);
  } catch {
    // What keeps it from being looked at is told where it is used.
    return undefined;
  }
}

/** How much room there is. */
export function roomOf(space: DiskSpace): Room {
  const share = Math.min(freeShare(space), freeInodeShare(space) ?? 1);
  return share < 0.01 ? "full" : share < 0.05 ? "low" : "enough";
}

/** Which part of the bytes is free, from 0 to 1. */
export function freeShare({ freeBytes, sizeBytes }: DiskSpace): number {
  return freeBytes / sizeBytes;
}

/** Which part of the inodes is free. */
export function freeInodeShare({ freeInodes, inodes }: DiskSpace): number | undefined {
  return inodes && freeInodes !== undefined ? freeInodes / inodes : undefined;
}

// --- internal ---

/** Some file systems have no end, or do not tell: all their numbers are 0. */
function toSpace(device: number, stats: StatsFs): DiskSpace | undefined {
  const { bsize, blocks, bfree, bavail, files, ffree } = stats;
  if (blocks === 0) return undefined;
  return {
    device,
    freeBytes: bavail * bsize,
    // What is kept back for root is neither free nor taken.
    sizeBytes: Math.max(1, (blocks - bfree + bavail) * bsize),
    freeInodes: files > 0 ? ffree : undefined,
    inodes: files > 0 ? files : undefined,
  };
}
