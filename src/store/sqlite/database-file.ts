import { StoreFault } from "../fault.ts";

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
