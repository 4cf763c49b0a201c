import { statSync } from "node:fs";

/** What a path leads to, by its number on the disk; undefined where it leads to nothing. */
export function fileAt(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}
