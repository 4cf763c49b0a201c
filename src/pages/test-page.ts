import { type Html, html } from "../observe/page/html.ts";
import { foreign } from "../observe/page/parts.ts";
import { formatSeconds } from "../observe/units.ts";
import { missingParent } from "../results/describe-since.ts";
import { readBuild, readElsewhere, readTest, type TestDetails } from "../results/details.ts";
import { type RunHistory, readTestHistories } from "../results/histories.ts";
import { readIssuesOf } from "../results/issues.ts";
import type { TestRun } from "../results/runs.ts";
import { verdictOf } from "../results/verdict.ts";
import { outerLink, pathTo, withParameters } from "./links.ts";
import { notFoundPage } from "./not-found-page.ts";
import type { MakePage, PageRequest } from "./page.ts";
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
import { ago, boardLink, builtAs, classChip, cutWords, statusMark, verdictWords } from "./words.ts";

const maxElsewhere = 100;

/** One test: what it is, why it ended so, its last runs, and how it ended elsewhere. */
export const testPage: MakePage = async (asked) => {
  const { db, names, sources, nowMs } = asked;
  const id = names.join("/");
  const test = await readTest(db, id);
  if (!test) {
    if (await readBuild(db, id)) return { goTo: pathTo("build", id) };
    return notFoundPage("No test has this id:", id);
  }
  const history = (await readTestHistories(db, [test])).get(id) ?? { runs: [test], isCut: false };
  const others = await readElsewhere(db, test, maxElsewhere + 1);
  const elsewhere = others.slice(0, maxElsewhere);
  const issues = (await readIssuesOf(db, "tests", [id])).get(id) ?? [];
  return {
    title: `${test.path || "Test"} on ${test.platform || "no board"}`,
    rows: history.runs,
    body: html`${crumbOf(test)}
<h1>${statusMark(test.status)} ${foreign(test.path || "Unknown path", 200)}</h1>
<p class="muted facts">${boardLink(test)} · ${builtAs(test)} · ${ago(test.start_time, nowMs)}</p>
${historyPart(test, history, nowMs, verdictPart(history))}
${factsOf(asked, test)}
${issueLines(issues)}
${test.comment ? html`<p class="message">${foreign(test.comment, 1_000)}</p>` : undefined}
${await excerptPart("test", test, sources)}
<h2>Elsewhere at this commit</h2>
${elsewhere.length === 0 ? html`<p class="muted">No other runs known.</p>` : runTable(elsewhere, { label: "Elsewhere", nowMs, hasCommit: false })}
${cutWords(others.length > maxElsewhere, `the last ${maxElsewhere}`)}
${jsonTable("Extra data from the lab", test.misc)}
${jsonTable("Environment", test.environment_misc)}
${fileList("Input files", test.input_files)}
${fileList("Output files", test.output_files)}`,
  };
};

// --- internal ---

/** What the runs come to, and how many of them passed. */
function verdictPart({ runs, isCut }: RunHistory<TestRun>): Html {
  const verdict = verdictOf(runs.map(({ status }) => status));
  const passed = runs.filter(({ status }) => status === "PASS").length;
  const chip =
    verdict === "regression" || verdict === "fixed"
      ? classChip(verdict)
      : html`<span class="pill small ${verdict === "pass" ? "good" : verdict === "unstable" ? "warn" : "bad"}">${verdict ? verdictWords[verdict] : "no runs"}</span>`;
  return html`<p>${chip} <span class="muted">${passed} of ${runs.length} passed${isCut ? ", older runs not shown" : ""}</span></p>`;
}

function factsOf({ sources, nowMs }: PageRequest, test: TestDetails): Html {
  const missing = missingParent(test);
  const { number_value: number, number_prefix: prefix, number_unit: unit } = test;
  return factList([
    ["Id", html`<code>${foreign(test.id, 300)}</code>`],
    ["Board", boardLink(test)],
    ["Compatible", test.environment_compatible?.join(", ")],
    ["Lab", test.lab],
    ["Origin", test.origin],
    ["Start", ago(test.start_time, nowMs)],
    ["Duration", test.duration === null ? null : formatSeconds(test.duration)],
    ["Number", number === null ? null : `${number} ${prefix ?? ""}${unit ?? ""}`],
    ["Build", buildOf(test)],
    [
      "Checkout",
      missing?.kind === "checkout"
        ? html`waits for checkout <code>${foreign(missing.id, 200)}</code>`
        : null,
    ],
    ["Environment", test.environment_comment],
    ["Log", test.log_url ? outerLink(test.log_url, "full log") : null],
    [
      "Submission",
      sources.spool && test._timestamp
        ? html`<a href="${withParameters("/submission", { test: test.id })}">find the submission file</a>`
        : null,
    ],
  ]);
}

function buildOf(test: TestDetails): Html {
  if (test.checkout_id === null) {
    return html`waits for build <code>${foreign(test.build_id, 200)}</code>`;
  }
  return html`<a href="${pathTo("build", test.build_id)}">${builtAs(test)}</a>`;
}
