import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import { StoreFault } from "../fault.ts";

/** How many bytes stay free on the disk for others while a transaction's log grows. */
const leastFreeBytes = 64 << 20;

/** The fault of a database whose file is not there (any more). */
export function gone(path: string): StoreFault {
  return new StoreFault(`the database file ${path} is missing`, {
    operation: "check the database file",
    path,
    class: "operator",
    hint: "put it back, or restart the service to start with an empty one",
  });
}

/** The fault of a database in whose place another file is found. */
export function replaced(path: string): StoreFault {
  return new StoreFault(`the database ${path} was replaced by another file`, {
    operation: "check the database file",
    path,
    class: "transient",
    hint: "the next try uses the new one; earlier rows are only in the former file, or in the -wal.former file next to it",
  });
}

/** Sees that the log of a long transaction does not fill the disk. Throws `StoreFault` (transient), and what the system does. */
export function requireRoom(path: string): void {
  const { bavail, bsize } = statfsSync(dirname(path));
  if (bavail * bsize >= leastFreeBytes) return;
  throw new StoreFault(`the disk of ${path} is almost full: less than 64 MB are free`, {
    operation: "write the rows",
    path,
    class: "transient",
    hint: "free some space on the disk of the database: a large submission needs twice its size",
  });
}
