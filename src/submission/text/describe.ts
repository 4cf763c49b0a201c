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
  if (Array.isArray(value)) {
    return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  }
  if (typeof value === "object" && value !== null) {
    const fields =
      value instanceof Carried ? Carried.factsOf(value).members : Object.keys(value).length;
    return fields === 0
      ? "an empty object"
      : `an object of ${fields} field${fields > 1 ? "s" : ""}`;
  }
  if (value === Infinity || value === -Infinity) return "a number beyond the range of a double";
  return String(value);
}
