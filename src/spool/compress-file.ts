import { lstatSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { closeHandle } from "../base/close-handle.ts";
import { digestOf } from "./digest.ts";
import { spoolFault } from "./fault.ts";
import { freeNumber, numberedName } from "./free-name.ts";
import type { HeldFolder } from "./held-folder.ts";
import { pathOf, printableName } from "./name.ts";
import { openAsIs } from "./open-as-is.ts";
import { exists } from "./same-bytes.ts";
import type { SpoolFile } from "./spool.ts";
import { writeWhole } from "./write-whole.ts";

/**
 * Moves a claimed file to `folder` as `NAME.json.zst`, or `NAME.2.json.zst` and so on where that name,
 * compressed or plain, holds other bytes; equal ones are replaced. What is there is never half written,
 * and the original goes only when it is durable. Returns the name; undefined where the bytes are not
 * those that were read any more, at the beginning or at the end. Throws `SpoolFault`.
 */
export function compressFile(
  claimed: HeldFolder,
  file: SpoolFile,
  folder: HeldFolder,
  seed: bigint,
): string | undefined {
  const source = claimed.at(file.name);
  try {
    const { ctimeMs } = lstatSync(source);
    const bytes = read(source);
    if (file.digest !== undefined && digestOf(bytes, seed) !== file.digest) return undefined;
    const name = freeCompressedName(bytes, file.name, folder);
    const packed = Bun.zstdCompressSync(bytes);
    writeWhole(folder, name, (handle) => {
      writeFileSync(handle, packed);
      return true;
    });
    // A writer that holds it open may have gone on: what was packed stays, and so does what is there now.
    if (lstatSync(source).ctimeMs !== ctimeMs) return undefined;
    unlinkSync(source);
    return name;
  } catch (cause) {
    throw spoolFault(cause, "compress", `${printableName(file.name)} to ${folder.path}`);
  }
}

// --- internal ---

const ending = ".json.zst";

function freeCompressedName(bytes: Buffer, original: string, folder: HeldFolder): string {
  const nameOf = (number: number) => numberedName(original, number, ending);
  const number = freeNumber((one) => {
    const name = nameOf(one);
    const plain = pathOf(folder.held, name.slice(0, -".zst".length));
    const isFree = holds(plain, bytes, (found) => found);
    return isFree && holds(pathOf(folder.held, name), bytes, unpack);
  });
  return nameOf(number);
}

/** Whether a file is absent or holds these bytes; one that cannot be read or unpacked holds others. */
function holds(path: string | Buffer, bytes: Buffer, open: (found: Buffer) => Buffer): boolean {
  if (!exists(path)) return true;
  try {
    return lstatSync(path).isFile() && open(read(path)).equals(bytes);
  } catch {
    return false;
  }
}

function read(path: string | Buffer): Buffer {
  const handle = openAsIs(path);
  try {
    return readFileSync(handle);
  } finally {
    closeHandle(handle);
  }
}

function unpack(found: Buffer): Buffer {
  return Bun.zstdDecompressSync(found);
}
