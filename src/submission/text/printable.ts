import { escapeText } from "../../base/escape-text.ts";

/**
 * Writes text as a JSON string that is safe to show: unsafe characters are escaped as by
 * `escapeText`, and what goes beyond `maxLength` characters gives way to "…".
 */
export function printable(text: string, maxLength = 80): string {
  return `"${escapeText(shorten(text, maxLength).replace(/["\\]/g, "\\$&"))}"`;
}

/** Cuts text to `maxLength` UTF-16 units, never through a surrogate pair, and marks the cut. */
export function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const head = text.slice(0, maxLength - 1);
  return `${/[\ud800-\udbff]$/.test(head) ? head.slice(0, -1) : head}…`;
}
