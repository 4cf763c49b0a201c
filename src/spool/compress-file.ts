import {
  closeSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { changeOf } from "./change-of.ts";
import { errnoOf, spoolFault } from "./fault.ts";
import { exists, type Move, makeDurable, removeIfThere, withSuffix } from "./move-file.ts";
import { pathOf, printableName } from "./name.ts";
import type { SpoolFile } from "./spool.ts";

/**
 * Moves a file of the spool to `folder` as `NAME.json.zst`, or `NAME.2.json.zst` and so on where that
 * name, compressed or plain, holds other bytes; equal ones are replaced. What is there is never half
 * written, and the original goes only when it is durable. Throws `SpoolFault`.
 */
export function compressFile(root: string, file: SpoolFile, folder: string): Move {
  const source = pathOf(root, file.name);
  const part = pathOf(folder, withSuffix(`.${file.name}`, ".part"));
  try {
    const bytes = readFileSync(source);
    const changed = changeOf(root, file);
    if (changed) return { moved: false, why: changed };
    const name = freeCompressedName(bytes, file.name, folder);
    writeFileSync(part, Bun.zstdCompressSync(bytes));
    makeDurable(part);
    renameSync(part, pathOf(folder, name));
    makeDurable(folder);
    // Whoever wrote the name anew meanwhile must not lose it.
    const why = changeOf(root, file);
    if (why) return { moved: false, why };
    unlinkSync(source);
    return { moved: true, name };
  } catch (cause) {
    removeIfThere(part);
    if (errnoOf(cause) === "ENOENT" && !exists(source)) return { moved: false, why: "vanished" };
    throw spoolFault(cause, "compress", `${printableName(file.name)} to ${folder}`);
  }
}

// --- internal ---

const ending = ".json.zst";

function freeCompressedName(bytes: Buffer, original: string, folder: string): string {
  const stem = original.slice(0, -".json".length);
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? "" : `.${number}`;
    const name = withSuffix(stem, `${suffix}${ending}`);
    const plain = pathOf(folder, name.slice(0, -".zst".length));
    if (holds(plain, bytes, (found) => found) && holds(pathOf(folder, name), bytes, unpack)) {
      return name;
    }
  }
}

/** Whether a file is absent or holds these bytes; one that cannot be read or unpacked holds others. */
function holds(path: string | Buffer, bytes: Buffer, open: (found: Buffer) => Buffer): boolean {
  if (!exists(path)) return true;
  try {
    if (!lstatSync(path).isFile()) return false;
    const handle = openSync(path, "r");
    try {
      return open(readFileSync(handle)).equals(bytes);
    } finally {
      closeSync(handle);
    }
  } catch {
    return false;
  }
}

function unpack(found: Buffer): Buffer {
  return Bun.zstdDecompressSync(found);
}
