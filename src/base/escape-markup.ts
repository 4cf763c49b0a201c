import { escapeText } from "./escape-text.ts";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** What nearly every text is made of, and what is the same in HTML. */
const plain = /^[ !#-%(-;=?-~]*$/;

/** Text for elements and quoted attributes of HTML, on one line: unsafe characters are written out, as `\u001b`. */
export function escapeHtml(text: string): string {
  if (plain.test(text)) return text;
  return escapeText(text).replace(/[&<>"']/g, (character) => entities[character] ?? "");
}

/** The same for XML 1.0. What it cannot hold, not even escaped, is replaced by U+FFFD. */
export function escapeXml(text: string): string {
  return escapeHtml(text).replace(/[\ufffe\uffff]/g, "\ufffd");
}

/** As {@link escapeXml}, for text of several lines, whose ends stay. Only for elements: an attribute loses them. */
export function escapeXmlLines(text: string): string {
  return text.split("\n").map(escapeXml).join("\n");
}
