import { type Html, html } from "../observe/page/html.ts";
import { foreign } from "../observe/page/parts.ts";
import { formatCountOf } from "../observe/units.ts";
import { excerptUrl } from "../results/details.ts";
import type { AnyFailure } from "../results/failures.ts";
import type { FailureFacts, FailureGroup } from "./failure-facts.ts";
import { changed, outerLink, pathTo, runPath, withParameters } from "./links.ts";
import { logLines } from "./log-lines.ts";
import {
  ago,
  boardLink,
  builtAs,
  classChip,
  commitLink,
  shownClass,
  sinceHtml,
  squares,
  statusMark,
  treeTitle,
} from "./words.ts";

/** A group with more is cut to the first few, the rest one click away. */
const maxInGroup = 10;
const shownOfLarge = 3;

/** The page that a list of failures is on. */
export interface ListOfFailures {
  readonly url: URL;
  readonly nowMs: number;
  /** The page says which tree and commit it is about. */
  readonly isOneCommit: boolean;
}

/** The failures of a group that a page shows: all, or the first few of many. */
export function shownOf(group: FailureGroup, url: URL): readonly AnyFailure[] {
  const { failures, key } = group;
  const isOpen = url.searchParams.get("open") === keyOf(key);
  return failures.length > maxInGroup && !isOpen ? failures.slice(0, shownOfLarge) : failures;
}

/** Groups of failures as cards. */
export function failureList(
  groups: readonly FailureGroup[],
  facts: ReadonlyMap<string, FailureFacts>,
  list: ListOfFailures,
): Html {
  return html`<div class="failures">${groups.map((group) => renderGroup(group, facts, list))}</div>`;
}

// --- internal ---

/** A short name of a group for the URL. */
function keyOf(key: string): string {
  return Bun.hash(key).toString(36);
}

function renderGroup(
  group: FailureGroup,
  facts: ReadonlyMap<string, FailureFacts>,
  list: ListOfFailures,
): Html {
  const { failures, title, key } = group;
  const [first] = failures;
  if (!first) return html``;
  const { run } = first;
  const shown = shownOf(group, list.url);
  const left = failures.length - shown.length;
  const where =
    "path" in run
      ? html`${boardLink(run)} <span class="muted">${foreign(title, 60)}</span>`
      : html`Build <span class="muted">${foreign(title, 120)}</span>`;
  const what =
    list.isOneCommit || run.checkout_origin === null
      ? undefined
      : html`<span class="of">${foreign(treeTitle(run), 80)} ${commitLink(run)}</span>`;
  const id = keyOf(key);
  let before = "";
  return html`<section class="card group ${shownClass(first) ?? "waiting"}" aria-labelledby="g-${id}">
<h3 id="g-${id}">${where}${failures.length > 1 ? html` <span class="count">${formatCountOf(failures.length, "failure")}</span>` : undefined}${what}</h3>
<ul>${shown.map((failure) => {
    const found = facts.get(failure.run.id);
    const log = found?.lines.join("\n") ?? "";
    const isSame = log !== "" && log === before;
    before = log;
    return renderFailure(found?.failure ?? failure, found, isSame, list);
  })}</ul>
${left > 0 ? html`<p class="more"><a href="${changed(list.url, { open: id })}">${left} more</a> of the same kind on this board</p>` : undefined}
</section>
`;
}

function renderFailure(
  failure: AnyFailure,
  facts: FailureFacts | undefined,
  isSameLog: boolean,
  { url, nowMs }: ListOfFailures,
): Html {
  const { run, history } = failure;
  const isTest = "path" in run;
  const name = isTest ? (run.path ?? "Unknown path") : `build ${run.config_name ?? "Unknown"}`;
  const chip = shownClass(failure);
  return html`<li class="failure">
<div class="head">${statusMark(run.status)} <a class="name" href="${runPath(run)}">${foreign(name, 160)}</a> ${chip ? classChip(chip) : undefined}${facts?.passesElsewhere ? html` <span class="pill small good" title="The same test passes at this commit on another board or in another lab">passes elsewhere</span>` : undefined}${facts && facts.boards > 1 && isTest ? html` <a class="chip" href="${changed(url, { path: run.path ?? "Unknown", board: undefined })}">on ${facts.boards} boards</a>` : undefined} ${squares(history.runs.slice(0, 10), run.id)}</div>
<p class="since">${sinceHtml(failure, nowMs)}</p>
<p class="muted">${builtAs(run)}${run.lab ? html` · ${foreign(run.lab, 60)}` : undefined} · ${ago(run.start_time, nowMs)}${links(failure, facts)}</p>
${why(facts, isSameLog)}
</li>
`;
}

function links({ run }: AnyFailure, facts: FailureFacts | undefined): Html {
  const isTest = "path" in run;
  const log = withParameters("/log", { [isTest ? "test" : "build"]: run.id });
  return html` · <a href="${runPath(run)}">${isTest ? "test" : "build"}</a>${isTest ? html` · <a href="${pathTo("build", run.build_id)}">build</a>` : undefined}${facts?.reason?.log_excerpt || (facts?.reason && excerptUrl(facts.reason)) ? html` · <a href="${log}">excerpt</a>` : undefined}${run.log_url ? html` · ${outerLink(run.log_url, "log")}` : undefined}${facts?.reason?.job_url ? html` · ${outerLink(facts.reason.job_url, "job")}` : undefined}`;
}

/** The known issue, what the lab says, and the end of the log. */
function why(facts: FailureFacts | undefined, isSameLog: boolean): Html {
  if (!facts) return html``;
  const { reason, lines, issues } = facts;
  return html`${issues.map((issue) => html`<p class="issue-line">Known issue: <a href="${pathTo("issue", issue.id)}">${foreign(issue.comment || issue.id, 200)}</a></p>`)}${reason?.error_msg ? html`<p class="message">${reason.error_code ? html`<b>${foreign(reason.error_code, 60)}</b> ` : undefined}${foreign(reason.error_msg, 300)}</p>` : undefined}${isSameLog ? html`<p class="muted">The log ends as the one above.</p>` : lines.length > 0 ? logLines(lines) : undefined}`;
}
