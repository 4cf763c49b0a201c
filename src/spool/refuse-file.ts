import type { Refusal } from "../submission/refusal.ts";
import { freeName, type Move, moveFile } from "./move-file.ts";
import { writeReason } from "./reason-file.ts";
import type { Spool, SpoolFile } from "./spool.ts";

/**
 * Moves a file that is refused for good to `failed/`, its reason beside it. The reason comes first:
 * whatever happens in between, no file lies there unexplained. Throws `SpoolFault`.
 */
export function refuseFile(spool: Spool, file: SpoolFile, refusal: Refusal): Move {
  const name = freeName(spool.root, file, spool.failed);
  writeReason(spool.failed, name, refusal);
  return moveFile(spool.root, file, spool.failed, name);
}
