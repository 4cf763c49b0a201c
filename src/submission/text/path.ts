import { printable } from "./printable.ts";

const plainName = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** Parts of a path that are written before and after what is left out of a long one. */
const shownParts = 12;

/**
 * Writes a place as a JSON path: `$.tests[3].status`; odd names as `["…"]`, escaped and shortened.
 * Of a place that is nested very deep, the middle gives way to "…".
 */
export function formatPath(path: readonly (string | number)[]): string {
  if (path.length <= 2 * shownParts) return `$${path.map(formatPart).join("")}`;
  const head = path.slice(0, shownParts).map(formatPart).join("");
  const tail = path.slice(-shownParts).map(formatPart).join("");
  return `$${head}…${tail}`;
}

function formatPart(part: string | number): string {
  if (typeof part === "number") return `[${part}]`;
  return plainName.test(part) ? `.${part}` : `[${printable(part, 64)}]`;
}
