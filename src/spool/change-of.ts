import { lstatSync, type Stats } from "node:fs";
import { errnoOf, spoolFault } from "./fault.ts";
import { pathOf, printableName } from "./name.ts";
import type { SpoolFile } from "./spool.ts";

/**
 * `vanished`: nothing of that name is there; `replaced`: another file has it, or other bytes are in it;
 * `being-written`: another program has it open, and may still write to it.
 */
export type Change = "vanished" | "replaced" | "being-written";

/** What became of a move: the name the file has now, or why it was left. */
export type Move = { moved: true; name: string } | { moved: false; why: Change };

/**
 * What has become of a file since it was looked at, as far as its size, time and number tell; undefined
 * while it seems as it was. Throws `SpoolFault`.
 */
export function changeOf(folder: string, file: SpoolFile): Change | undefined {
  let now: Stats;
  try {
    now = lstatSync(pathOf(folder, file.name));
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return "vanished";
    throw spoolFault(cause, "check", printableName(file.name));
  }
  const isSame = now.ino === file.inode && now.size === file.bytes && now.mtimeMs === file.mtimeMs;
  return isSame ? undefined : "replaced";
}
