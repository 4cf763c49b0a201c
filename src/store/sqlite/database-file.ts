import { statSync } from "node:fs";
import { StoreFault } from "../fault.ts";

/** What a path leads to, by its number on the disk; undefined where it leads to nothing. */
export function fileAt(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}

/** The fault of a database whose file is not there (any more). */
export function gone(path: string): StoreFault {
  return new StoreFault(`the database file ${path} is not there`, {
    operation: "look at the database file",
    path,
    class: "operator",
    hint: "put it back, or restart the service, which begins an empty one",
  });
}

/** The fault of a database in whose place another file is found. */
export function replaced(path: string): StoreFault {
  return new StoreFault(`another file has taken the place of the database ${path}`, {
    operation: "look at the database file",
    path,
    class: "transient",
    hint: "the next try takes the new one; what was committed before is in the former file alone, or in the -wal.former file beside it",
  });
}
