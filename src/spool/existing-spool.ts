import { statSync } from "node:fs";
import { errnoOf, SpoolFault, spoolFault } from "./fault.ts";
import { type Spool, spoolAt } from "./spool.ts";

/** Names the folders of a spool that has to be there, for who only looks. Throws `SpoolFault`. */
export function existingSpool(folder: string): Spool {
  const spool = spoolAt(folder);
  try {
    if (statSync(spool.root).isDirectory()) return spool;
  } catch (cause) {
    if (errnoOf(cause) !== "ENOENT") throw spoolFault(cause, "check the folder", spool.root);
  }
  throw new SpoolFault(`there is no spool ${spool.root}`, {
    operation: "check the spool",
    path: spool.root,
    class: "operator",
    code: "ENOENT",
    hint: "name the folder that the service watches; monitor creates it if it is missing",
  });
}
