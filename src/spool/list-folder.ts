import { readdirSync } from "node:fs";
import { errnoOf, spoolFault } from "./fault.ts";
import { decodeName } from "./name.ts";

/** The names in a folder, in no order. Throws `SpoolFault`. */
export function listFolder(folder: string): string[] {
  try {
    const names = readdirSync(folder);
    // A name that is not UTF-8 has to be read as bytes, or it could not be opened.
    const isText = !names.some((name) => name.includes("\ufffd"));
    return isText ? names : readdirSync(folder, { encoding: "buffer" }).map(decodeName);
  } catch (cause) {
    throw spoolFault(cause, "list the folder", folder);
  }
}

/** The names in a folder that may be missing, and then holds nothing. Throws `SpoolFault`. */
export function listIfThere(folder: string): string[] {
  try {
    return listFolder(folder);
  } catch (fault) {
    if (errnoOf(fault) === "ENOENT") return [];
    throw fault;
  }
}
