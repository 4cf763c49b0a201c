import { renameSync } from "node:fs";
import { limitHint } from "../base/system-limits.ts";
import { changeByBytes } from "./change-by-bytes.ts";
import type { Change, Move } from "./change-of.ts";
import { moveClaimed, putBack } from "./claim-file.ts";
import { compressFile } from "./compress-file.ts";
import { errnoOf, spoolFault } from "./fault.ts";
import { freeName } from "./free-name.ts";
import { HeldFolder } from "./held-folder.ts";
import { noteMoves } from "./move-note.ts";
import { pathOf, printableName } from "./name.ts";
import { placeFile } from "./place-file.ts";
import { renameNew } from "./rename-new.ts";
import { exists } from "./same-bytes.ts";
import type { Spool, SpoolFile } from "./spool.ts";

/**
 * Moves a file whose rows are committed to `archive/`, unless it is no longer what was read, or somebody
 * has it open for writing (but `evenIfOpen`): then it comes back into the spool. Safe at any moment, and
 * as slow as that is. Throws `SpoolFault`.
 */
export function archiveFile(spool: Spool, file: SpoolFile, evenIfOpen = false): Move {
  const place = (claimed: HeldFolder) => {
    using archive = HeldFolder.openOrMake(spool.archive);
    if (spool.compressArchive) return compressFile(claimed, file, archive, spool.digestSeed);
    const name = freeName(claimed.at(file.name), file.name, archive);
    return placeFile(claimed, file, archive, name, spool.digestSeed) ? name : undefined;
  };
  return moveClaimed(spool, file, place, evenIfOpen);
}

/**
 * The quick way into `archive/` for the many files of a batch whose names are free there: each is renamed
 * at once, and what it holds is looked at afterwards. The files are noted before, so that the next
 * start looks where this process was killed in between (`recoverMoves`).
 */
export class QuickArchive implements Disposable {
  readonly #spool: Spool;
  readonly #root: HeldFolder;
  readonly #archive: HeldFolder;

  /** Throws `SpoolFault`; then each file has to go by `archiveFile`. */
  constructor(spool: Spool, files: readonly SpoolFile[]) {
    noteMoves(spool, files);
    this.#spool = spool;
    this.#root = HeldFolder.openFollowing(spool.root);
    try {
      this.#archive = HeldFolder.openOrMake(spool.archive);
    } catch (cause) {
      this.#root[Symbol.dispose]();
      throw cause;
    }
  }

  /**
   * Moves one file; undefined where it has to go by `archiveFile`, "unverified" where it has gone and
   * `verifyArchived` has yet to see to it. Throws `SpoolFault`; then it has not gone.
   */
  move(file: SpoolFile): Move | "unverified" | undefined {
    const { name, digest } = file;
    const { archive, root } = this.#spool;
    if (digest === undefined) return undefined;
    try {
      if (!renameNew(this.#root, name, this.#archive)) {
        if (exists(this.#archive.at(name))) return undefined;
        renameSync(pathOf(root, name), this.#archive.at(name));
      }
    } catch (cause) {
      const errno = errnoOf(cause) ?? "";
      if (errno === "ENOENT" || errno === "EXDEV") return undefined;
      throw spoolFault(cause, "move", `${printableName(name)} to ${archive}`);
    }
    try {
      // A plain path, since the way through the handle costs as much again.
      if (!look(pathOf(archive, name), this.#archive, file, this.#spool))
        return { moved: true, name };
      return verify(this.#archive, file, this.#spool, this.#root);
    } catch {
      return "unverified";
    }
  }

  [Symbol.dispose](): void {
    this.#root[Symbol.dispose]();
    this.#archive[Symbol.dispose]();
  }
}

/**
 * Sees that a file that was moved to `archive/` holds what was read, and that nobody has it open for
 * writing; another one comes back into the spool. Throws `SpoolFault`; then that is still to be seen.
 */
export function verifyArchived(spool: Spool, file: SpoolFile): Move {
  using root = HeldFolder.openFollowing(spool.root);
  using archive = HeldFolder.open(spool.archive);
  return verify(archive, file, spool, root);
}

// --- internal ---

function verify(archive: HeldFolder, file: SpoolFile, spool: Spool, root: HeldFolder): Move {
  const why = look(archive.at(file.name), archive, file, spool);
  if (!why) return { moved: true, name: file.name };
  if (exists(archive.at(file.name))) putBack(archive, file.name, root);
  return { moved: false, why };
}

/**
 * What cannot be read now counts as another file: it comes back, and is ingested again without effect. Where
 * the system is at a limit that would go on without end: then it is still to be seen. Throws `SpoolFault`.
 */
function look(
  path: string | Buffer,
  archive: HeldFolder,
  file: SpoolFile,
  spool: Spool,
): Change | undefined {
  try {
    return changeByBytes(path, archive, file, spool);
  } catch (cause) {
    if (limitHint(errnoOf(cause))) throw spoolFault(cause, "read", printableName(file.name));
    return "replaced";
  }
}
