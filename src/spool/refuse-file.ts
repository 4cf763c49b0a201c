import type { Refusal } from "../submission/refusal.ts";
import { changeOf } from "./change-of.ts";
import { freeName, type Move, moveFile } from "./move-file.ts";
import { writeReason } from "./reason-file.ts";
import type { Spool, SpoolFile } from "./spool.ts";

/**
 * Moves a file that is refused for good to `failed/`, its reason beside it. The reason comes first:
 * whatever happens in between, no file lies there unexplained; and none
 * is explained that has gone before. Throws `SpoolFault`.
 */
export function refuseFile(spool: Spool, file: SpoolFile, refusal: Refusal): Move {
  const why = changeOf(spool.root, file);
  if (why) return { moved: false, why };
  const name = freeName(spool.root, file, spool.failed);
  writeReason(spool.failed, name, refusal);
  return moveFile(spool.root, file, spool.failed, name);
}
