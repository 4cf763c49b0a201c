import { nearest } from "../base/nearest.ts";
import { ConfigFault } from "../config/fault.ts";
import type { FailedFile } from "../spool/list-failed.ts";
import { printableName } from "../spool/name.ts";
import { printable } from "../submission/text/printable.ts";

/** The name of a submission as somebody typed it, without folders before it or the ending of its reason. */
export function bareName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1).replace(/\.error$/, "");
}

/**
 * Finds refused submissions by the names that somebody typed: as they are, as they are printed, or
 * with the folders before them. Throws `ConfigFault` (usage) on one that is not there.
 */
export function pickFailed(all: readonly FailedFile[], names: readonly string[]): FailedFile[] {
  const byName = new Map(all.map((one) => [one.file.name, one]));
  // What is printed is what was copied: it counts before a name that happens to be spelled so.
  for (const one of all) byName.set(printableName(one.file.name), one);
  const picked = names.map((name) => {
    const bare = bareName(name);
    const found = byName.get(bare);
    if (found) return found;
    const close = nearest(bare, [...byName.keys()]);
    throw new ConfigFault(`no refused submission is named ${printable(name)}`, {
      operation: "find a refused submission",
      path: name,
      usage: true,
      hint: close
        ? `did you mean ${printableName(close)}?`
        : "run kci-ingester failed list to see the names",
    });
  });
  return [...new Set(picked)];
}
