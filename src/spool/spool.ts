import { accessSync, constants, mkdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { asOperator, spoolFault } from "./fault.ts";

/** The folders of a spool. */
export interface Spool {
  readonly root: string;
  readonly archive: string;
  readonly failed: string;
  /** Whether archived files are kept as `NAME.json.zst`. */
  readonly compressArchive: boolean;
}

/** A submission that waits: enough to tell it from another one that takes its name. */
export interface SpoolFile {
  readonly name: string;
  readonly bytes: number;
  readonly mtimeMs: number;
  readonly inode: number;
}

/** Names the folders of a spool; makes nothing. */
export function spoolAt(folder: string, compressArchive = false): Spool {
  const root = resolve(folder);
  return { root, archive: join(root, "archive"), failed: join(root, "failed"), compressArchive };
}

/**
 * Makes the folders that are missing and sees that they can be used. Throws `SpoolFault` (operator)
 * on a folder that cannot be made, entered or written.
 */
export function openSpool(folder: string, compressArchive = false): Spool {
  const spool = spoolAt(folder, compressArchive);
  for (const path of [spool.root, spool.archive, spool.failed]) {
    try {
      mkdirSync(path, { recursive: true });
      if (!statSync(path).isDirectory()) throw Object.assign(new Error(), { code: "ENOTDIR" });
      accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (cause) {
      throw asOperator(spoolFault(cause, "make or write the folder", path));
    }
  }
  return spool;
}
