import { type Html, html } from "./html.ts";

/** Text that others wrote: its direction cannot spread, and it is clipped to `maxLength` characters. */
export function foreign(text: string, maxLength = 300): Html {
  const over = text.length - maxLength;
  const shown = over > 0 ? `${text.slice(0, maxLength)}…` : text;
  return html`<bdi>${shown}</bdi>`;
}

/** A moment, in UTC; the live page turns it into "12 s ago". */
export function moment(atMs: number): Html {
  const iso = new Date(atMs).toISOString();
  const text = `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
  return html`<time datetime="${iso}" title="${text}">${text}</time>`;
}
