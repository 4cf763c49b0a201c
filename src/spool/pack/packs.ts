import { fstatSync, lstatSync } from "node:fs";
import { closeHandle } from "../../base/close-handle.ts";
import { tryToRemove } from "../collect-garbage.ts";
import { errnoOf, SpoolFault, spoolFault } from "../fault.ts";
import { HeldFolder } from "../held-folder.ts";
import { listFolder } from "../list-folder.ts";
import { printableName } from "../name.ts";
import { openAsIs } from "../open-as-is.ts";
import { listPack, type PackedFile, summarizePack } from "./pack-file.ts";

/** The folder in `archive/` for packs. */
export const packFolder = "packed";
/** A day in milliseconds. */
export const dayMs = 86_400_000;

/** A pack by its name: `2026-01-31.tar.zst`, or `2026-01-31.2.tar.zst` where one was not enough. */
export interface PackName {
  readonly name: string;
  /** The day on which its files were archived, ISO 8601. */
  readonly day: string;
  readonly number: number;
}

/** A pack, and what its end says that it holds. */
export interface Pack extends PackName {
  readonly files: number;
  readonly bytes: number;
  /** Of the pack itself. */
  readonly packedBytes: number;
}

/** Opens the folder of packs of an `archive/`; undefined where there is none. Throws `SpoolFault`. */
export function openPacks(archive: string): HeldFolder | undefined {
  if (!lstatSync(archive, { throwIfNoEntry: false })) return undefined;
  using folder = HeldFolder.openFollowing(archive);
  return folder.folder(packFolder);
}

/** The packs in a folder by their names, oldest day first. Throws `SpoolFault`. */
export function packNames(packs: HeldFolder): PackName[] {
  return listFolder(packs.held)
    .flatMap((name) => {
      const [, day = "", number] =
        /^(\d{4}-\d\d-\d\d)(?:\.([2-9]|[1-9]\d{1,8}))?\.tar\.zst$/.exec(name) ?? [];
      return Number.isNaN(Date.parse(day)) ? [] : [{ name, day, number: Number(number ?? 1) }];
    })
    .sort((a, b) => (a.day === b.day ? a.number - b.number : a.day < b.day ? -1 : 1));
}

/** The name of a pack. */
export function packName(day: string, number: number): string {
  return `${day}${number === 1 ? "" : `.${number}`}.tar.zst`;
}

/**
 * The packs of an `archive/`; what only has such a name is left out. What cannot be read is told to `onFault`.
 */
export function listPacks(archive: string, onFault: (fault: SpoolFault) => void): Pack[] {
  try {
    using packs = openPacks(archive);
    return packs ? summarize(packs, onFault) : [];
  } catch (fault) {
    if (!(fault instanceof SpoolFault)) throw fault;
    onFault(fault);
    return [];
  }
}

/** What was deleted of the packs of an `archive/`, or would be. */
export interface DeletedPacks {
  packs: number;
  files: number;
  bytes: number;
  kept: number;
  /** Packs that cannot be read or deleted, and why the first of them cannot. */
  left: number;
  fault?: SpoolFault;
}

interface DeleteOptions {
  readonly beforeMs: number;
  readonly dryRun: boolean;
  /** Hears the name of each pack that is, or would be, deleted. */
  readonly onFile?: (name: string) => void;
}

/**
 * Deletes the packs whose day was over before `beforeMs`, a time since the epoch; what only has the name of
 * one stays. Throws `SpoolFault`.
 */
export function deletePacks(
  archive: string,
  { beforeMs, dryRun, onFile }: DeleteOptions,
): DeletedPacks {
  const deleted: DeletedPacks = { packs: 0, files: 0, bytes: 0, kept: 0, left: 0 };
  using packs = openPacks(archive);
  if (!packs) return deleted;
  const onFault = (fault: SpoolFault) => {
    deleted.left++;
    deleted.fault ??= fault;
  };
  for (const { name, day, files, bytes } of summarize(packs, onFault)) {
    if (Date.parse(day) + dayMs > beforeMs) {
      deleted.kept++;
      continue;
    }
    if (!dryRun && !tryToRemove(packs, name, deleted)) continue;
    onFile?.(name);
    deleted.packs++;
    deleted.files += files;
    deleted.bytes += bytes;
  }
  return deleted;
}

/** Where a packed file lies. */
export interface FoundInPack extends PackedFile {
  readonly pack: string;
}

/**
 * Looks for a file in the packs of an `archive/`, the newest first. One that cannot be read hides no other.
 * Throws `SpoolFault`.
 */
export function findInPacks(
  archive: string,
  isMeant: (name: string) => boolean,
): FoundInPack | undefined {
  using packs = openPacks(archive);
  if (!packs) return undefined;
  let unreadable: SpoolFault | undefined;
  for (const { name: pack } of packNames(packs).reverse()) {
    try {
      const found = withPack(packs, pack, listPack)?.find(({ name }) => isMeant(name));
      if (found) return { ...found, pack };
    } catch (fault) {
      if (!(fault instanceof SpoolFault)) throw fault;
      unreadable ??= fault;
    }
  }
  if (unreadable) throw unreadable;
  return undefined;
}

/** Opens a pack and gives it to `use`; undefined where it is no regular file any more. Throws `SpoolFault`. */
export function withPack<T>(
  packs: HeldFolder,
  name: string,
  use: (handle: number) => T,
): T | undefined {
  let handle: number | undefined;
  try {
    handle = openAsIs(packs.at(name));
    return fstatSync(handle).isFile() ? use(handle) : undefined;
  } catch (cause) {
    if (cause instanceof SpoolFault) throw cause;
    if (["ENOENT", "ELOOP", "ENXIO"].includes(errnoOf(cause) ?? "")) return undefined;
    throw spoolFault(cause, "read", `${packs.path}/${printableName(name)}`);
  } finally {
    if (handle !== undefined) closeHandle(handle);
  }
}

// --- internal ---

/** One that cannot be read is told to `onFault`, and the others are read. */
function summarize(packs: HeldFolder, onFault: (fault: SpoolFault) => void): Pack[] {
  return packNames(packs).flatMap((one) => {
    try {
      const pack = withPack(packs, one.name, (handle) => {
        const summary = summarizePack(handle);
        return summary && { ...one, ...summary, packedBytes: fstatSync(handle).size };
      });
      return pack ?? [];
    } catch (fault) {
      if (!(fault instanceof SpoolFault)) throw fault;
      onFault(fault);
      return [];
    }
  });
}
