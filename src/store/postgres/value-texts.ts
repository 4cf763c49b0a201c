import type { Row, Value } from "../../rows/row.ts";
import { arrayText, type Sent } from "./ask.ts";

/** The values of rows, one row after the other, as the server reads them from text. */
export function valueTexts(rows: readonly Row[]): Sent[] {
  return rows.flatMap((row) => row.map(textOf));
}

// --- internal ---

function textOf(value: Value): Sent {
  if (value === null || typeof value === "string") return value;
  if (typeof value === "object") return arrayText(value);
  // `String` tells no -0 from 0.
  return Object.is(value, -0) ? "-0" : String(value);
}
