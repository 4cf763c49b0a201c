import { html } from "../observe/page/html.ts";
import { foreign } from "../observe/page/parts.ts";
import { formatSeconds } from "../observe/units.ts";
import { readBuild, readTest } from "../results/details.ts";
import { readBuildHistories } from "../results/histories.ts";
import { readIssuesOf } from "../results/issues.ts";
import { readTests } from "../results/runs.ts";
import { sql } from "../store/statement.ts";
import { outerLink, pathTo, withParameters } from "./links.ts";
import { notFoundPage } from "./not-found-page.ts";
import type { MakePage } from "./page.ts";
import {
  crumbOf,
  excerptPart,
  factList,
  fileList,
  historyPart,
  issueLines,
  jsonTable,
} from "./run-parts.ts";
import { runTable } from "./run-table.ts";
import { ago, cutWords, statusMark } from "./words.ts";

const maxTests = 100;

/** One build: what it is, its log, its last runs, and the tests that ran on it, those that failed first. */
export const buildPage: MakePage = async ({ db, names, sources, nowMs }) => {
  const id = names.join("/");
  const build = await readBuild(db, id);
  if (!build) {
    if (await readTest(db, id)) return { goTo: pathTo("test", id) };
    const waiting = await readTests(
      db,
      sql`t.build_id = ${id} order by t.id limit ${maxTests + 1}`,
    );
    const page = notFoundPage("No build or test has this id:", id);
    if (waiting.length === 0) return page;
    return {
      ...page,
      body: html`${page.body}<h2>Tests waiting for this build</h2>${runTable(waiting.slice(0, maxTests), { label: "Tests waiting for this build", nowMs, hasCommit: false })}${cutWords(waiting.length > maxTests, `the first ${maxTests} by their ids`)}`,
    };
  }
  const history = (await readBuildHistories(db, [build])).get(id) ?? {
    runs: [build],
    isCut: false,
  };
  const issues = (await readIssuesOf(db, "builds", [id])).get(id) ?? [];
  const failed = await readTests(
    db,
    sql`t.build_id = ${id} and t.status = 'FAIL' order by t.start_time desc, t.id limit ${maxTests + 1}`,
  );
  const others = await readTests(
    db,
    sql`t.build_id = ${id} and (t.status is null or t.status <> 'FAIL') order by t.path, t.id limit ${maxTests + 1}`,
  );
  const shown = [...failed.slice(0, maxTests), ...others.slice(0, maxTests)];
  return {
    title: `Build ${build.config_name ?? "Unknown"} ${build.architecture ?? ""}`,
    rows: shown,
    body: html`${crumbOf(build)}
<h1>${statusMark(build.status)} ${foreign(build.config_name || "Unknown config", 150)} <span class="muted">${foreign([build.architecture, build.compiler].filter(Boolean).join(" · "), 100)}</span></h1>
${historyPart(build, history, nowMs)}
${factList([
  ["Id", html`<code>${foreign(build.id, 300)}</code>`],
  ["Origin", build.origin],
  ["Lab", build.lab],
  ["Start", ago(build.start_time, nowMs)],
  ["Duration", build.duration === null ? null : formatSeconds(build.duration)],
  ["Command", build.command ? html`<code>${foreign(build.command, 500)}</code>` : null],
  ["Comment", build.comment],
  [
    "Checkout",
    build.found_checkout_id === null
      ? html`waits for checkout <code>${foreign(build.checkout_id, 200)}</code>`
      : null,
  ],
  ["Config", build.config_url ? outerLink(build.config_url, "configuration") : null],
  ["Log", build.log_url ? outerLink(build.log_url, "full log") : null],
  [
    "Submission",
    sources.spool && build._timestamp
      ? html`<a href="${withParameters("/submission", { build: build.id })}">find the submission file</a>`
      : null,
  ],
])}
${issueLines(issues)}
${await excerptPart("build", build, sources)}
<h2>Tests of this build</h2>
${shown.length === 0 ? html`<p class="card empty">No tests yet.</p>` : runTable(shown, { label: "Tests of this build", nowMs, hasCommit: false })}
${cutWords(failed.length + others.length > shown.length, `${maxTests} that failed and ${maxTests} others`)}
${jsonTable("Extra data from the lab", build.misc)}
${fileList("Input files", build.input_files)}
${fileList("Output files", build.output_files)}`,
  };
};
