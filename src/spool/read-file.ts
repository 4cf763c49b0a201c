import { fstatSync, readSync } from "node:fs";
import { closeHandle } from "../base/close-handle.ts";
import { digestOf } from "./digest.ts";
import { errnoOf, spoolFault } from "./fault.ts";
import { LargeFile } from "./large-file.ts";
import { pathOf, printableName } from "./name.ts";
import { openAsIs } from "./open-as-is.ts";
import type { SpoolFile } from "./spool.ts";

/** What reading a file of the spool came to; `file` is what was really read. */
export type Read =
  | { kind: "read"; file: SpoolFile; bytes: Uint8Array }
  /** Too large to be held: it is to be read piece by piece, and closed. */
  | { kind: "large"; file: SpoolFile; source: LargeFile }
  | { kind: "empty"; file: SpoolFile }
  | { kind: "too-large"; file: SpoolFile }
  /** It has gone, or is no regular file any more. */
  | { kind: "vanished" };

/** Memory that files are read into, one after the other: fresh pages would cost more than the reading. */
export class ReadBuffer {
  #memory = Buffer.allocUnsafeSlow(1 << 20);

  /** Room for that many bytes, good until the next call. A very large file gets memory of its own. */
  take(bytes: number): Buffer {
    if (bytes > maxKeptBytes) return Buffer.allocUnsafeSlow(bytes);
    if (bytes > this.#memory.length) {
      this.#memory = Buffer.allocUnsafeSlow(Math.min(2 * bytes, maxKeptBytes));
    }
    return this.#memory.subarray(0, bytes);
  }
}

const maxKeptBytes = 16 << 20;

/** Where files are, and which of them are read. */
export interface ReadOptions {
  spoolRoot: string;
  /** A larger file is not read. */
  maxFileBytes: number;
  /** Of the digest of what was read. */
  digestSeed: bigint;
  /** A larger file is only opened; absent: every file is read. */
  largeBytes?: number;
}

/**
 * Reads a waiting file. Never follows a link, never blocks on a FIFO that has taken the name, never
 * reads more than `maxFileBytes`. The bytes lie in `buffer`, until it is used for the next file. Throws
 * `SpoolFault` where the file system fails.
 */
export function readFile(
  { spoolRoot: root, maxFileBytes: maxBytes, digestSeed, largeBytes = Infinity }: ReadOptions,
  name: string,
  buffer = new ReadBuffer(),
): Read {
  let handle: number;
  try {
    handle = openAsIs(pathOf(root, name));
  } catch (cause) {
    if (["ENOENT", "ELOOP", "ENXIO"].includes(errnoOf(cause) ?? "")) return { kind: "vanished" };
    throw spoolFault(cause, "open", printableName(name));
  }
  let isKept = false;
  try {
    const stats = fstatSync(handle);
    if (!stats.isFile()) return { kind: "vanished" };
    const file = { name, bytes: stats.size, mtimeMs: stats.mtimeMs, inode: stats.ino };
    if (stats.size === 0) return { kind: "empty", file };
    if (stats.size > maxBytes) return { kind: "too-large", file };
    if (stats.size > largeBytes) {
      isKept = true;
      const source = new LargeFile(handle, stats.size, digestSeed, printableName(name));
      return { kind: "large", file, source };
    }
    const bytes = readAll(handle, buffer.take(stats.size));
    const digest = digestOf(bytes, digestSeed);
    return { kind: "read", file: { ...file, bytes: bytes.length, digest }, bytes };
  } catch (cause) {
    throw spoolFault(cause, "read", printableName(name));
  } finally {
    if (!isKept) closeHandle(handle);
  }
}

/** Reads an open file from its beginning, as far as it goes and there is room. Throws what the system does. */
export function readAll(handle: number, into: Buffer): Buffer {
  let at = 0;
  while (at < into.length) {
    const count = readSync(handle, into, at, into.length - at, at);
    if (count === 0) break;
    at += count;
  }
  return into.subarray(0, at);
}
