import { escapeHtml } from "../../base/escape-markup.ts";
import { maskSecrets } from "../../base/mask-secrets.ts";

/** A piece of HTML that is safe to put into a page as it is; made only by {@link html}. */
export class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** What may stand in a template: all but `Html` is escaped, `undefined` is left out. */
export type HtmlValue = string | number | Html | readonly Html[] | undefined;

/**
 * A template tag: every value is escaped, for element content and quoted attributes alike, unless
 * it is {@link Html} itself. Secrets are masked, unsafe characters written out.
 */
export function html(pieces: TemplateStringsArray, ...values: HtmlValue[]): Html {
  let text = pieces[0] ?? "";
  // By hand: a page has many thousand values.
  for (let at = 0; at < values.length; at++) text += render(values[at]) + (pieces[at + 1] ?? "");
  return new Html(text);
}

function render(value: HtmlValue): string {
  if (value === undefined) return "";
  if (value instanceof Html) return value.toString();
  if (typeof value === "object") return value.join("");
  return escapeHtml(maskSecrets(String(value)));
}
