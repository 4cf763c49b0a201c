import { compressFile } from "./compress-file.ts";
import { freeName, type Move, moveFile } from "./move-file.ts";
import type { Spool, SpoolFile } from "./spool.ts";

/** Moves a file whose rows are committed to `archive/` (`spec/ingester.md` 2). Throws `SpoolFault`. */
export function archiveFile(spool: Spool, file: SpoolFile): Move {
  if (spool.compressArchive) return compressFile(spool.root, file, spool.archive);
  return moveFile(spool.root, file, spool.archive, freeName(spool.root, file, spool.archive));
}
