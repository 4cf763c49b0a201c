import { html } from "../observe/page/html.ts";
import { foreign } from "../observe/page/parts.ts";
import { readBuild, readTest } from "../results/details.ts";
import { excerptOf } from "./excerpt-of.ts";
import { outerLink, runPath } from "./links.ts";
import { numberedLog } from "./log-lines.ts";
import { notFoundPage } from "./not-found-page.ts";
import type { MakePage } from "./page.ts";
import { statusMark } from "./words.ts";

/** The whole excerpt of a test or a build, with line numbers that can be linked. */
export const logPage: MakePage = async ({ db, query, sources }) => {
  const [test, build] = [query.get("test"), query.get("build")];
  const run = test ? await readTest(db, test) : build ? await readBuild(db, build) : undefined;
  if (!run) return notFoundPage("No such test or build:", test ?? build ?? "–");
  const name = "path" in run ? run.path || "Unknown path" : run.config_name || "Unknown config";
  const excerpt = await excerptOf(run, sources);
  return {
    title: `Log of ${name}`,
    body: html`<p class="crumb"><a href="${runPath(run)}">Back to the ${"path" in run ? "test" : "build"}</a></p>
<h1>${statusMark(run.status)} Log excerpt of ${foreign(name, 150)}</h1>
${run.log_url ? html`<p>${outerLink(run.log_url, "Full log")} (external).</p>` : undefined}
${"text" in excerpt ? numberedLog(excerpt.text.trimEnd()) : html`<p class="muted">Not available here: ${foreign(excerpt.why, 300)}${excerpt.url ? html` · ${outerLink(excerpt.url, "open it")}` : undefined}</p>`}`,
  };
};
