import type { Refusal } from "../submission/refusal.ts";
import { SpoolFault } from "./fault.ts";
import type { HeldFolder } from "./held-folder.ts";
import { type ReasonFile, readReason, reasonName, writeReason } from "./reason-file.ts";
import type { ReasonPlace } from "./spool.ts";
import { removeIfThere } from "./write-whole.ts";

/** The folder in `failed/` for reasons that lie apart. */
export const apartFolder = ".reasons";

/**
 * The folders where reasons of a `failed/` may lie, whichever the service is told to use now: there may be
 * some from before. A link in the place of the one apart is not followed, and holds none.
 */
export class ReasonFolders implements Disposable {
  readonly #failed: HeldFolder;
  readonly #apart: HeldFolder | undefined;
  readonly #place: ReasonPlace;

  /** `place` is where reasons are written; apart, its folder is made. Throws `SpoolFault`. */
  constructor(failed: HeldFolder, place: ReasonPlace = "beside") {
    this.#failed = failed;
    this.#place = place;
    this.#apart = place === "apart" ? failed.folder(apartFolder, 0o777) : tryToOpen(failed);
  }

  /** Those that are there. */
  get all(): readonly HeldFolder[] {
    return this.#apart ? [this.#failed, this.#apart] : [this.#failed];
  }

  /** The reason of a submission; of two the later, which a change of place or a kill has left. */
  read(name: string): ReasonFile | undefined {
    const found = this.all.flatMap(({ held }) => readReason(held, name) ?? []);
    return found.reduce<ReasonFile | undefined>(
      (latest, one) => (latest && latest.when > one.when ? latest : one),
      undefined,
    );
  }

  /** Writes a reason, durable, and then removes the one that lay in the other place. Throws `SpoolFault`. */
  write(name: string, refusal: Refusal): void {
    const isApart = this.#place === "apart" && this.#apart !== undefined;
    writeReason(isApart ? this.#apart : this.#failed, name, refusal);
    // What cannot be removed is the older one, and no longer counts.
    const other = isApart ? this.#failed : this.#apart;
    if (other) removeIfThere(other.at(reasonName(name)));
  }

  /** Removes the reason of a submission that is not in `failed/`. Throws `SpoolFault`. */
  remove(name: string): void {
    for (const folder of this.all) folder.remove(reasonName(name));
  }

  /** Returns a function that removes the reasons that are there now, and none that comes later. */
  remover(name: string): () => void {
    const reason = reasonName(name);
    const before = this.all.map((folder) => ({ folder, inode: folder.look(reason)?.ino }));
    return () => {
      for (const { folder, inode } of before) {
        if (inode !== undefined && folder.look(reason)?.ino === inode) folder.remove(reason);
      }
    };
  }

  [Symbol.dispose](): void {
    this.#apart?.[Symbol.dispose]();
  }
}

// --- internal ---

function tryToOpen(failed: HeldFolder): HeldFolder | undefined {
  try {
    return failed.folder(apartFolder);
  } catch (fault) {
    if (fault instanceof SpoolFault) return undefined;
    throw fault;
  }
}
