import type { Config } from "../../config/config.ts";
import { formatCount } from "../../observe/units.ts";
import { SpoolFault } from "../../spool/fault.ts";
import { HeldFolder } from "../../spool/held-folder.ts";
import { listPending } from "../../spool/list-failed.ts";
import { listIfThere } from "../../spool/list-folder.ts";
import { apartFolder } from "../../spool/reason-folders.ts";
import { type Spool, spoolAt } from "../../spool/spool.ts";
import type { Finding } from "./check.ts";

/**
 * Looks at what other programs left in the spool, or do not find there: the former ingester, and the REST
 * receiver. Throws `SpoolFault`.
 */
export function checkNeighbours(config: Config): Finding[] {
  const spool = spoolAt(config.spoolDir, config);
  return [...checkPending(spool), ...checkCompressed(spool), ...checkReasons(spool)];
}

// --- internal ---

function checkPending(spool: Spool): Finding[] {
  const { length } = listPending(spool);
  if (length === 0) return [];
  const files = length === 1 ? "1 submission is" : `${formatCount(length)} submissions are`;
  const detail = `${files} in ${spool.pendingRetry}, left there by the former ingester`;
  const hint = "kci-ingester failed retry puts them back into the spool";
  return [{ state: "warn", detail, hint }];
}

function checkCompressed(spool: Spool): Finding[] {
  const isThere = listIfThere(spool.archive).some((name) => name.endsWith(".json.zst"));
  if (!isThere && !spool.compressArchive) return [];
  const detail = "the REST receiver's GET /status does not find compressed archive files";
  const hint = "omit --compress-archive, and save space later with gc --pack";
  return [{ state: "warn", detail, hint }];
}

/** What is in the place of the folder for reasons is not followed: nothing could be refused. */
function checkReasons(spool: Spool): Finding[] {
  try {
    using failed = HeldFolder.openFollowing(spool.failed);
    using _apart = failed.folder(apartFolder);
  } catch (fault) {
    if (!(fault instanceof SpoolFault)) throw fault;
    // A `failed/` that is missing is made by the service.
    if (fault.code === "ENOENT") return [];
    if (spool.reasonPlace === "apart") throw fault;
    return [{ state: "warn", detail: fault.message, hint: fault.hint }];
  }
  return [];
}
