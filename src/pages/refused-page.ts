import { type Html, html } from "../observe/page/html.ts";
import { foreign } from "../observe/page/parts.ts";
import { refusedCard, renderRefused } from "../observe/page/refused.ts";
import { kindOfRefusal, titleOfKind } from "../observe/refusal-groups.ts";
import { formatBytes, formatCountOf } from "../observe/units.ts";
import { type FailedFile, listFailed } from "../spool/list-failed.ts";
import { printableName } from "../spool/name.ts";
import { withParameters } from "./links.ts";
import { notFoundPage } from "./not-found-page.ts";
import type { MakePage } from "./page.ts";
import { nextPage } from "./run-table.ts";
import { offsetAfter, offsetOf } from "./view-filter.ts";
import { ago, cutWords } from "./words.ts";

const pageRows = 50;
/** More than the program has words for; an .error file may hold any. */
const maxKinds = 100;

/** What stands for files without a reason that can be read. */
const withoutReason = "no-reason";

/**
 * Submissions that were refused, by what is wrong with them; the files of one kind, newest first; or one of
 * them with every mistake.
 */
export const refusedRoute: MakePage = async ({ sources, query, url, nowMs }) => {
  if (!sources.spool)
    return notFoundPage("Start serve with --spool-dir to see refused submissions.");
  const all = listFailed(sources.spool).toReversed();
  const wanted = query.get("file");
  if (wanted !== null) {
    const found = all.find(({ file }) => printableName(file.name) === wanted);
    return found ? oneRefused(found) : notFoundPage("No such submission is in failed/:", wanted);
  }
  const kinds = Map.groupBy(all, kindOf);
  const kind = query.get("kind");
  if (kind === null) {
    return {
      title: "Refused",
      body: html`<h1>Refused submissions</h1>
<p class="lead">${all.length === 0 ? "There are none in failed/." : html`${formatCountOf(all.length, "file")} in <code>failed/</code>. <code>kci-ingester failed retry</code> tries them again.`}</p>
<ul class="refused">${[...kinds].slice(0, maxKinds).map(([name, files]) => kindCard(name, files, nowMs))}</ul>
${cutWords(kinds.size > maxKinds, `the first ${maxKinds} kinds`)}`,
    };
  }
  const chosen = kinds.get(kind);
  if (!chosen) return notFoundPage("No submission in failed/ is refused for:", kind);
  const offset = offsetOf(query);
  const page = chosen.slice(offset, offset + pageRows);
  return {
    title: `Refused: ${titleOf(kind).slice(0, 100)}`,
    body: html`<p class="crumb">${allRefused}</p><h1>${foreign(titleOf(kind), 100)}: ${formatCountOf(chosen.length, "file")}</h1>
<ol class="refused">${page.map((one) => item(one, nowMs))}</ol>
${nextPage(url, offsetAfter(offset, pageRows, chosen.length))}`,
  };
};

// --- internal ---

const allRefused = html`<a href="/refused">Refused submissions</a>`;
const missingReason =
  "Its .error file is missing: kci-ingester validate explains why it was refused.";

function kindOf({ reason }: Pick<FailedFile, "reason">): string {
  return reason ? kindOfRefusal(reason) : withoutReason;
}

function titleOf(kind: string): string {
  return kind === withoutReason ? "reason unknown" : titleOfKind(kind);
}

function kindCard(kind: string, files: readonly FailedFile[], nowMs: number): Html {
  const [newest] = files;
  if (!newest) return html``;
  const { file, reason, refusedAtMs } = newest;
  return refusedCard({
    title: titleOf(kind),
    count: html`<a href="${withParameters("/refused", { kind })}">${formatCountOf(files.length, "file")}</a>`,
    message: reason?.message ?? missingReason,
    newest: html`newest ${linkTo(file)}, ${ago(new Date(refusedAtMs).toISOString(), nowMs)}`,
    origins: [...new Set(files.flatMap((one) => one.reason?.origins ?? []))],
  });
}

function linkTo(file: FailedFile["file"]): Html {
  const name = printableName(file.name);
  return html`<a href="${withParameters("/refused", { file: name })}">${foreign(name, 120)}</a>`;
}

function item({ file, reason, refusedAtMs }: FailedFile, nowMs: number): Html {
  return html`<li class="card"><p class="head">${linkTo(file)} ${reason ? html`<span class="pill small bad">${foreign(reason.reason, 60)}</span>` : undefined}</p>
<p class="message">${foreign(reason?.message ?? missingReason)}</p>
<p class="muted">from ${foreign(reason?.origins.join(", ") || "an unknown origin", 200)} · ${formatBytes(file.bytes)} · ${ago(new Date(refusedAtMs).toISOString(), nowMs)}</p></li>
`;
}

function oneRefused({ file, reason, refusedAtMs }: FailedFile) {
  const name = printableName(file.name);
  const back = reason
    ? html`${allRefused} › <a href="${withParameters("/refused", { kind: kindOf({ reason }) })}">${foreign(titleOf(kindOf({ reason })), 60)}</a>`
    : allRefused;
  const body = reason
    ? renderRefused({ ...reason, file: name, whenMs: refusedAtMs }, back)
    : html`<p class="crumb">${back}</p><h1>${foreign(name, 200)}</h1><p>${missingReason}</p>`;
  return {
    title: `Refused: ${name.slice(0, 100)}`,
    body,
  };
}
