import { html } from "../observe/page/html.ts";
import { foreign } from "../observe/page/parts.ts";
import { formatBytes } from "../observe/units.ts";
import { readBuild, readTest } from "../results/details.ts";
import { findSubmission } from "../spool/find-submission.ts";
import { printableName } from "../spool/name.ts";
import { runPath } from "./links.ts";
import { numberedText } from "./log-lines.ts";
import { notFoundPage } from "./not-found-page.ts";
import type { MakePage } from "./page.ts";

/** Characters that are shown before and after the place of the row. */
const around = 6_000;
/** Characters of a laid-out object that are shown. */
const maxShown = 200_000;

/** The submission that a test or a build came from, where it still lies in `archive/`, around its place there. */
export const submissionPage: MakePage = async ({ db, query, sources }) => {
  if (!sources.spool) return notFoundPage("Start serve with --spool-dir to see submissions.");
  const [test, build] = [query.get("test"), query.get("build")];
  const run = test ? await readTest(db, test) : build ? await readBuild(db, build) : undefined;
  if (!run) return notFoundPage("No such test or build:", test ?? build ?? "–");
  const found = findSubmission(sources.spool, run.id, Date.parse(run._timestamp ?? ""));
  const back = html`<p class="crumb"><a href="${runPath(run)}">Back to the ${"path" in run ? "test" : "build"}</a></p>`;
  if ("why" in found) {
    return {
      title: "Submission",
      body: html`${back}<h1>Submission not found</h1><p>${found.why}</p>`,
    };
  }
  const { text, at, file, place } = found;
  const kind = "path" in run ? "tests" : "builds";
  const own = itemOf(text, kind, run.id);
  const shown = own ?? text.slice(Math.max(0, at - around), at + around);
  return {
    title: `Submission ${printableName(file.name)}`,
    body: html`${back}<h1>${foreign(printableName(file.name), 200)}</h1>
<p class="lead">This file of <code>${foreign(place, 200)}/</code>, ${formatBytes(file.bytes)}, has ${kind === "tests" ? "the test" : "the build"}${own ? " as it was sent:" : " about here:"}</p>
${numberedText(shown.slice(0, maxShown), "Submission")}
${shown.length > maxShown ? html`<p class="muted">The rest is not shown.</p>` : undefined}`,
  };
};

// --- internal ---

/** The object of a list that has an id, laid out; undefined where the text is not of that form. */
function itemOf(text: string, list: string, id: string): string | undefined {
  try {
    const items: unknown = JSON.parse(text)?.[list];
    const found = Array.isArray(items) ? items.find((one) => one?.id === id) : undefined;
    return found && JSON.stringify(found, undefined, 2);
  } catch {
    return undefined;
  }
}
