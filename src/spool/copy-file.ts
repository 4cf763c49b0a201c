import { fstatSync, writeFileSync } from "node:fs";
import { closeHandle } from "../base/close-handle.ts";
import { digestHandle } from "./digest.ts";
import { errnoOf } from "./fault.ts";
import type { HeldFolder } from "./held-folder.ts";
import { openAsIs } from "./open-as-is.ts";
import type { SpoolFile } from "./spool.ts";
import { writeWhole } from "./write-whole.ts";

interface CopyOptions {
  /** Whether a file that has the name is replaced, and not kept. */
  replaces: boolean;
  /** What the file must hold, and the seed of its digest; absent: whatever it holds now. */
  expected?: { file: SpoolFile; seed: bigint };
}

/**
 * Copies the file `source` to `name` in a folder of another file system, whole or not at all, durable.
 * Returns false where it is not what was expected, at the beginning or at the end, or where the name is
 * taken. Throws what the system does.
 */
export function copyFile(
  source: string | Buffer,
  folder: HeldFolder,
  name: string,
  { replaces, expected }: CopyOptions,
): boolean {
  const handle = openAsIs(source);
  try {
    const { size, mode, ctimeMs } = fstatSync(handle);
    const seed = expected?.seed ?? 0n;
    const write = (to: number) => {
      const copy = (piece: Buffer) => writeFileSync(to, piece);
      const digest = digestHandle(handle, expected?.file.bytes ?? size, seed, copy);
      if (digest === undefined) return false;
      return expected?.file.digest === undefined || digest === expected.file.digest;
    };
    if (!writeWhole(folder, name, write, { replaces, mode: mode & 0o777 })) return false;
    // A writer that holds it open may have gone on: what was copied stays, and so does what is there now.
    return expected === undefined || fstatSync(handle).ctimeMs === ctimeMs;
  } catch (cause) {
    if (!replaces && errnoOf(cause) === "EEXIST") return false;
    throw cause;
  } finally {
    closeHandle(handle);
  }
}
