import { HeldFolder } from "./held-folder.ts";
import { listIfThere } from "./list-folder.ts";
import { printableName } from "./name.ts";
import { findInPacks, packFolder } from "./pack/packs.ts";
import type { Spool } from "./spool.ts";

/** An ingested submission, and where it lies. */
export interface ArchivedFile {
  /** As it lies there: `NAME.json`, or `NAME.json.zst`. */
  readonly name: string;
  /** Below the spool: `archive`, or a pack. */
  readonly place: string;
  readonly bytes: number;
}

/**
 * Looks for an ingested submission by its name as it is or as it is printed, in `archive/` and then in the
 * packs, the newest first. Throws `SpoolFault`.
 */
export function findArchived({ archive }: Spool, given: string): ArchivedFile | undefined {
  const isMeant = (name: string) =>
    [name, printableName(name)].some((one) => one === given || one === `${given}.zst`);
  const name = listIfThere(archive).find(isMeant);
  if (name !== undefined) {
    using folder = HeldFolder.openFollowing(archive);
    const stats = folder.look(name);
    if (stats?.isFile()) return { name, place: "archive", bytes: stats.size };
  }
  const found = findInPacks(archive, isMeant);
  return found && { ...found, place: `archive/${packFolder}/${found.pack}` };
}
