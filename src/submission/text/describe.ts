import { isRawJson } from "../../base/raw-json.ts";
import { Carried } from "../carried/carried.ts";
import { Unread } from "../kept-value.ts";
import { printable, shorten } from "./printable.ts";

/** Describes a JSON value in one short printable line, whatever its size and depth. */
export function describe(value: unknown): string {
  if (typeof value === "string") {
    const text = printable(value, 60);
    return value.length > 60 ? `${text} (${value.length} characters)` : text;
  }
  if (isRawJson(value)) return shorten(value.rawJSON, 40);
  if (typeof value === "object" && value !== null) {
    const { isList, members } = membersOf(value);
    if (members === 0) return `an empty ${isList ? "list" : "object"}`;
    return isList
      ? `a list of ${members}`
      : `an object of ${members} field${members > 1 ? "s" : ""}`;
  }
  if (value === Infinity || value === -Infinity) return "a number beyond the range of a double";
  return String(value);
}

// --- internal ---

function membersOf(value: object): { readonly isList: boolean; readonly members: number } {
  if (value instanceof Unread) return Unread.factsOf(value);
  if (value instanceof Carried)
    return { isList: Carried.isList(value), members: Carried.factsOf(value).members };
  if (Array.isArray(value)) return { isList: true, members: value.length };
  return { isList: false, members: Object.keys(value).length };
}
