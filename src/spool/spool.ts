import { accessSync, constants, lstatSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { newSeed } from "./digest.ts";
import { asOperator, spoolFault } from "./fault.ts";

/**
 * Where the reason of a refused file lies: beside it, or apart in `failed/.reasons/`, where programs that
 * count what is in `failed/` do not meet it.
 */
export type ReasonPlace = "beside" | "apart";

/** How a service uses its spool. */
export interface SpoolOptions {
  /** Whether archived files are kept as `NAME.json.zst`; false unless given. */
  readonly compressArchive?: boolean;
  /** Where new reasons go; beside unless given. */
  readonly reasonPlace?: ReasonPlace;
}

/** The folders of a spool. */
export interface Spool extends Required<SpoolOptions> {
  readonly root: string;
  readonly archive: string;
  readonly failed: string;
  /** Where the former ingester put files to be tried again: nobody does now. */
  readonly pendingRetry: string;
  /** Where files are for the moment in which they are moved: only the service looks there. */
  readonly claimed: string;
  /** Where files lie that stay empty, for as long as a writer may still hold them open. */
  readonly empty: string;
  /** With what the bytes of files are digested in this run. */
  readonly digestSeed: bigint;
}

/** A submission that waits: enough to tell it from another one that takes its name. */
export interface SpoolFile {
  readonly name: string;
  readonly bytes: number;
  readonly mtimeMs: number;
  readonly inode: number;
  /** Of the bytes that were read (`digestOf`); absent where they were not. */
  readonly digest?: bigint;
}

/** Names the folders of a spool; makes nothing. */
export function spoolAt(
  folder: string,
  { compressArchive = false, reasonPlace = "beside" }: SpoolOptions = {},
): Spool {
  const root = resolve(folder);
  return {
    root,
    archive: join(root, "archive"),
    failed: join(root, "failed"),
    pendingRetry: join(root, "pending_retry"),
    claimed: join(root, ".kci-ingester.claimed"),
    empty: join(root, ".kci-ingester.empty"),
    digestSeed: newSeed(),
    compressArchive,
    reasonPlace,
  };
}

/**
 * Makes the folders that are missing and sees that they can be used. Where `archive/` or `failed/` is a
 * symbolic link now, the folder that it leads to is used, whatever becomes of the link. Throws
 * `SpoolFault` (operator) on a folder that cannot be made, entered or written.
 */
export function openSpool(folder: string, options: SpoolOptions = {}): Spool {
  const spool = spoolAt(folder, options);
  const { root, archive, failed } = spool;
  const real = { root, archive, failed };
  for (const name of ["root", "archive", "failed"] as const) {
    const path = spool[name];
    try {
      mkdirSync(path, { recursive: true });
      if (!statSync(path).isDirectory()) throw Object.assign(new Error(), { code: "ENOTDIR" });
      accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
      if (lstatSync(path).isSymbolicLink()) real[name] = realpathSync(path);
    } catch (cause) {
      throw asOperator(spoolFault(cause, "create or write the folder", path));
    }
  }
  return { ...spool, ...real, root };
}
