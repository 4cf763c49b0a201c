import type { Refusal } from "../submission/refusal.ts";
import { changeOf } from "./change-of.ts";
import { exists, freeName, type Move, moveFile } from "./move-file.ts";
import { pathOf } from "./name.ts";
import { removeReason, writeReason } from "./reason-file.ts";
import type { Spool, SpoolFile } from "./spool.ts";
import { withFolder } from "./with-folder.ts";

/**
 * Moves a file that is refused for good to `failed/`, its reason beside it. The reason comes first:
 * whatever happens in between, no file lies there unexplained; and none is explained that has gone
 * before. Throws `SpoolFault`.
 */
export function refuseFile({ root, failed }: Spool, file: SpoolFile, refusal: Refusal): Move {
  const why = changeOf(root, file);
  if (why) return { moved: false, why };
  return withFolder(failed, () => {
    const name = freeName(root, file, failed);
    writeReason(failed, name, refusal);
    const move = moveFile(root, file, failed, name);
    if (!move.moved && !exists(pathOf(failed, name))) removeReason(failed, name);
    return move;
  });
}
