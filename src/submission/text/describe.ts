import { isRawJson } from "../../base/raw-json.ts";
import { Carried } from "../carried/carried.ts";
import { printable, shorten } from "./printable.ts";

/** Describes a JSON value in one short printable line, whatever its size and depth. */
export function describe(value: unknown): string {
  if (typeof value === "string") {
    const text = printable(value, 60);
    return value.length > 60 ? `${text} (${value.length} characters)` : text;
  }
  if (isRawJson(value)) return shorten(value.rawJSON, 40);
  if (typeof value === "object" && value !== null) {
    const { isList, members } =
      value instanceof Carried
        ? { isList: Carried.isList(value), members: Carried.factsOf(value).members }
        : Array.isArray(value)
          ? { isList: true, members: value.length }
          : { isList: false, members: Object.keys(value).length };
    if (members === 0) return `an empty ${isList ? "list" : "object"}`;
    return isList
      ? `a list of ${members}`
      : `an object of ${members} field${members > 1 ? "s" : ""}`;
  }
  if (value === Infinity || value === -Infinity) return "a number beyond the range of a double";
  return String(value);
}
