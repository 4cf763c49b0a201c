import { closeHandle } from "../base/close-handle.ts";
import type { Change } from "./change-of.ts";
import { handleHolds } from "./digest.ts";
import type { HeldFolder } from "./held-folder.ts";
import { openAsIs } from "./open-as-is.ts";
import { isOpenForWriting } from "./open-for-writing.ts";
import type { Spool, SpoolFile } from "./spool.ts";

/**
 * Why a file that was taken out of the spool is not the one that was read, or may yet become another;
 * undefined where it is. Once nobody has it open for writing nobody can: its name in the spool is gone.
 * `path` leads to it, `folder` is the one it lies in. Throws what the system does; a link, or a file that
 * has gone, throws too.
 */
export function changeByBytes(
  path: string | Buffer,
  folder: HeldFolder,
  file: SpoolFile,
  { digestSeed }: Pick<Spool, "digestSeed">,
  evenIfOpen = false,
): Change | undefined {
  const handle = openAsIs(path);
  try {
    // Before the bytes are read: whoever ends in between has written what is read then.
    const isOpen = !evenIfOpen && isOpenForWriting(handle, folder);
    if (!handleHolds(handle, file, digestSeed)) return "replaced";
    return isOpen ? "being-written" : undefined;
  } finally {
    closeHandle(handle);
  }
}
