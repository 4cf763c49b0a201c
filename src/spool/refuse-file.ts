import type { Refusal } from "../submission/refusal.ts";
import type { Move } from "./change-of.ts";
import { moveClaimed } from "./claim-file.ts";
import { freeName } from "./free-name.ts";
import { HeldFolder } from "./held-folder.ts";
import { placeFile } from "./place-file.ts";
import { ReasonFolders } from "./reason-folders.ts";
import { exists } from "./same-bytes.ts";
import type { Spool, SpoolFile } from "./spool.ts";

/**
 * Moves a file that is refused for good to `failed/`, its reason beside it or apart. The reason comes first:
 * whatever happens in between, no file lies there unexplained; and none is explained that has gone
 * before, or that somebody has open for writing (but `evenIfOpen`). Throws `SpoolFault`.
 */
export function refuseFile(
  spool: Spool,
  file: SpoolFile,
  refusal: Refusal,
  evenIfOpen = false,
): Move {
  const place = (claimed: HeldFolder) => {
    using failed = HeldFolder.openOrMake(spool.failed);
    using reasons = new ReasonFolders(failed, spool.reasonPlace);
    const name = freeName(claimed.at(file.name), file.name, failed);
    reasons.write(name, refusal);
    let isPlaced = false;
    try {
      isPlaced = placeFile(claimed, file, failed, name, spool.digestSeed);
    } finally {
      if (!isPlaced && !exists(failed.at(name))) reasons.remove(name);
    }
    return isPlaced ? name : undefined;
  };
  return moveClaimed(spool, file, place, evenIfOpen);
}
