import { type Html, html } from "../observe/page/html.ts";

/** Colours that a log brings with it, and other sequences for terminals. */
const ansi = /\u001b(?:\[[0-9;?]{0,40}[ -/]?[@-~]|\][^\u0007\u001b]{0,200}\u0007)/g;

/** What marks a line that may say why. */
const telling =
  /panic|\bBUG:|\bOops\b|WARNING:|\berror\b|\bnot ok\b|\bFAIL|\btimed out\b|Unable to handle|TBROK/i;

/** A log as its lines, without colours. */
export function linesOf(text: string): string[] {
  return text.replaceAll(ansi, "").split(/\r\n|\n|\r/);
}

/** Whether a line of a log may say why something failed. */
export function isTelling(line: string): boolean {
  return telling.test(line);
}

/** Lines of a log as text; those that may say why are marked, long ones cut. */
export function logLines(lines: readonly string[], maxLength = 200): Html {
  return html`<pre class="log" tabindex="0" role="region" aria-label="Log">${lines.map(
    (line) => html`${markedLine(line, maxLength)}
`,
  )}</pre>`;
}

/** How many lines of a text are shown at most. */
const maxLines = 5_000;

/** A whole log with numbered lines that can be linked. */
export function numberedLog(text: string): Html {
  const lines = linesOf(text);
  const first = lines.findIndex(isTelling);
  return html`${first >= 0 && first < maxLines ? html`<p><a href="#L${first + 1}">Jump to the first suspicious line</a></p>` : undefined}
${numbered(lines, "Log", (line) => markedLine(line, 4_000))}`;
}

/** A text with numbered lines, as it is. */
export function numberedText(text: string, label: string): Html {
  return numbered(text.split("\n"), label, (line) => html`<bdi>${line.slice(0, 4_000)}</bdi>`);
}

// --- internal ---

function numbered(lines: readonly string[], label: string, show: (line: string) => Html): Html {
  return html`<pre class="log whole" tabindex="0" role="region" aria-label="${label}">${lines
    .slice(0, maxLines)
    .map(
      (line, at) => html`<span id="L${at + 1}"><a href="#L${at + 1}">${at + 1}</a>${show(line)}
</span>`,
    )}</pre>${lines.length > maxLines ? html`<p class="muted">${lines.length - maxLines} more lines are not shown.</p>` : undefined}`;
}

function markedLine(line: string, maxLength: number): Html {
  const plain = line.replaceAll("\t", "    ");
  const shown = plain.length > maxLength ? `${plain.slice(0, maxLength)}…` : plain;
  return isTelling(line) ? html`<mark>${shown}</mark>` : html`<bdi>${shown}</bdi>`;
}
