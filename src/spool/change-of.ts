import { lstatSync, type Stats } from "node:fs";
import { errnoOf, spoolFault } from "./fault.ts";
import { pathOf, printableName } from "./name.ts";
import type { SpoolFile } from "./spool.ts";

/** `vanished`: nothing of that name is there; `replaced`: another file has it, or other bytes are in it. */
export type Change = "vanished" | "replaced";

/**
 * What has become of a file since it was looked at; undefined while it is as it was. Throws
 * `SpoolFault`.
 */
export function changeOf(root: string, file: SpoolFile): Change | undefined {
  let now: Stats;
  try {
    now = lstatSync(pathOf(root, file.name));
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return "vanished";
    throw spoolFault(cause, "look at", printableName(file.name));
  }
  const isSame = now.ino === file.inode && now.size === file.bytes && now.mtimeMs === file.mtimeMs;
  return isSame ? undefined : "replaced";
}
