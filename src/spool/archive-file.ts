import { compressFile } from "./compress-file.ts";
import { freeName, type Move, moveFile } from "./move-file.ts";
import type { Spool, SpoolFile } from "./spool.ts";
import { withFolder } from "./with-folder.ts";

/** Moves a file whose rows are committed to `archive/` (`spec/ingester.md` 2). Throws `SpoolFault`. */
export function archiveFile({ root, archive, compressArchive }: Spool, file: SpoolFile): Move {
  return withFolder(archive, () =>
    compressArchive
      ? compressFile(root, file, archive)
      : moveFile(root, file, archive, freeName(root, file, archive)),
  );
}
