import { replaceUnsafe } from "./escape-text.ts";
import { isRawJson } from "./raw-json.ts";

/** Where values beyond a limit are counted, so that sums stay true. */
export const overflowLabel = "_other";

/** What today's dashboards show for a lab or platform that a submission does not name. */
const missingLabel = "None";

/** The longest label value in characters: the width of the `platform` column (`rows/README.md` 3). */
const maxLength = 100;

/**
 * A label value from whatever a submission holds: text is clipped to 100 characters and made
 * printable, numbers and booleans are written out, absent is `None`, anything else `_other`.
 */
export function toLabel(value: unknown): string {
  if (typeof value === "string") return printable(value);
  if (value === undefined || value === null) return missingLabel;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  // A number in `misc` whose digits are kept as they were sent.
  return isRawJson(value) ? printable(value.rawJSON) : overflowLabel;
}

function printable(value: string): string {
  // Clip first: the value may be megabytes long.
  const clipped = value.length > maxLength ? `${value.slice(0, maxLength - 1)}…` : value;
  return replaceUnsafe(clipped, () => "\ufffd");
}
