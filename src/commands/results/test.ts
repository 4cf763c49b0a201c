import { escapeText } from "../../base/escape-text.ts";
import { safeJson } from "../../base/safe-json.ts";
import { ConfigFault } from "../../config/fault.ts";
import { excerptSettings } from "../../config/monitor-settings.ts";
import { missingParent } from "../../results/describe-since.ts";
import {
  excerptUrl,
  readBuild,
  readElsewhere,
  readTest,
  type TestDetails,
} from "../../results/details.ts";
import { type RunHistory, readTestHistories } from "../../results/histories.ts";
import { readIssuesOf } from "../../results/issues.ts";
import type { TestRun } from "../../results/runs.ts";
import { sinceOf, verdictOf } from "../../results/verdict.ts";
import { nameOfCommit } from "../../results/words.ts";
import { fetchExcerpt } from "../../storage/fetch-excerpt.ts";
import type { Reader } from "../../store/reader.ts";
import { printable, shorten } from "../../submission/text/printable.ts";
import { defineCommand, exitCodes } from "../command.ts";
import { versioned } from "../json-outputs.ts";
import { print } from "../print.ts";
import { shortTime, sinceText, testColumns } from "./columns.ts";
import { outputFlags } from "./flags.ts";
import { isColoured, paintStatus, toTable } from "./format.ts";
import { withResults } from "./with-results.ts";

export const testCommand = defineCommand({
  summary: "Show one test: its facts, its log excerpt, its last runs, and its results elsewhere.",
  args: {
    ...outputFlags,
    offline: { type: "boolean", description: "do not download a linked log excerpt" },
  },
  operands: "ID",
  examples: [["kci-ingester results test maestro:6877af1c2ce2c1874ed2b2e6", "one test by id"]],
  run: (args) =>
    withResults(args.database, async (db) => {
      const [id = ""] = args._;
      const test = await readTest(db, id);
      if (!test) throw await notFound(db, id);
      const histories = await readTestHistories(db, [test]);
      const facts: Facts = {
        test,
        history: histories.get(id) ?? { runs: [test], isCut: false },
        elsewhere: await readElsewhere(db, test, 50),
        issues: (await readIssuesOf(db, "tests", [id])).get(id) ?? [],
        excerpt: await excerptOf(test, args.offline ?? false),
      };
      await print(args.json ? toJson(facts) : toText(facts, isColoured()));
      return exitCodes.ok;
    }),
});

// --- internal ---

interface Facts {
  readonly test: TestDetails;
  readonly history: RunHistory<TestRun>;
  readonly elsewhere: readonly TestRun[];
  readonly issues: readonly {
    id: string;
    version: number;
    comment: string | null;
    report_url: string | null;
  }[];
  /** The text, or why there is none. */
  readonly excerpt: { text: string } | { why: string };
}

/** How many lines of an excerpt are shown: the last ones. */
const shownLines = 40;

async function excerptOf(test: TestDetails, isOffline: boolean): Promise<Facts["excerpt"]> {
  if (test.log_excerpt) return { text: test.log_excerpt };
  const url = excerptUrl(test);
  if (url === undefined) return { why: "none was sent" };
  if (isOffline) return { why: `stored at ${url}` };
  const [variable] = excerptSettings.baseUrl.variables;
  const base = process.env[variable] || excerptSettings.baseUrl.default;
  const fetched = await fetchExcerpt(url, base);
  return "text" in fetched ? fetched : { why: `${fetched.why}: ${url}` };
}

async function notFound(db: Reader, id: string): Promise<ConfigFault> {
  const build = await readBuild(db, id);
  return new ConfigFault(`no such test: ${printable(id)}`, {
    operation: "look up the test",
    usage: true,
    hint: build
      ? "this is the id of a build: see results builds"
      : "results boots and results tests list the ids",
  });
}

function toJson({ test, history, elsewhere, issues, excerpt }: Facts): string {
  const { runs, isCut } = history;
  const since = sinceOf(runs);
  return `${safeJson(
    versioned("results test", {
      test: { ...test, log_excerpt: "text" in excerpt ? excerpt.text : null },
      verdict: verdictOf(runs.map(({ status }) => status)) ?? null,
      since: since
        ? {
            state: since.state,
            failures: since.failures,
            since: since.since.id,
            last_passed: since.lastPassed?.id ?? null,
          }
        : null,
      history: runs,
      history_is_cut: isCut,
      elsewhere,
      issues,
    }),
  )}\n`;
}

function toText({ test, history, elsewhere, issues, excerpt }: Facts, coloured: boolean): string {
  const missing = missingParent(test);
  const since = sinceText({ run: test, since: sinceOf(history.runs), history });
  const facts: [string, string | null | undefined][] = [
    ["id", test.id],
    ["status", test.status ?? "NULL"],
    ["path", test.path],
    ["platform", test.platform],
    ["compatible", test.environment_compatible?.join(", ")],
    ["lab", test.lab],
    ["origin", test.origin],
    ["start", shortTime(test.start_time)],
    ["duration", test.duration === null ? null : `${test.duration} s`],
    [
      "number",
      test.number_value === null ? null : `${test.number_value} ${test.number_unit ?? ""}`,
    ],
    [
      "build",
      missing
        ? `waits for ${missing.kind} ${missing.id}`
        : `${test.config_name ?? "Unknown"} ${test.architecture ?? ""} ${test.compiler ?? ""} (${test.build_id})`,
    ],
    ["tree", [test.tree_name, test.git_repository_branch].filter(Boolean).join(" ")],
    ["commit", nameOfCommit(test)],
    ["log", test.log_url],
    ["since", since],
    ["verdict", verdictOf(history.runs.map(({ status }) => status))],
    ...issues.map((issue): [string, string] => [
      "issue",
      [issue.comment, issue.report_url, issue.id].filter(Boolean).join(" "),
    ]),
  ];
  const lines = facts.flatMap(([name, value]) =>
    value
      ? [
          `${name.padEnd(12)}${paintStatus(escapeText(shorten(value, 500)), coloured && name === "status")}`,
        ]
      : [],
  );
  const section = (title: string, rows: readonly TestRun[]) =>
    rows.length > 0
      ? ["", `${title}:`, toTable({ name: "runs", rows, columns: testColumns }, coloured).trimEnd()]
      : [];
  return [
    ...lines,
    ...section("last runs", history.runs),
    ...section("elsewhere", elsewhere),
    "",
    ...excerptLines(excerpt),
    "",
  ].join("\n");
}

function excerptLines(excerpt: Facts["excerpt"]): string[] {
  if ("why" in excerpt) return [`no log excerpt: ${escapeText(excerpt.why)}`];
  const all = excerpt.text.split(/\r\n|\n|\r/);
  const shown = all.slice(-shownLines);
  const head = all.length > shown.length ? `last ${shown.length} of ${all.length} lines` : "whole";
  return [
    `log excerpt, ${head}:`,
    ...shown.map((line) => `    ${escapeText(line.replace(ansi, ""))}`),
  ];
}

/** Colours that a log brings with it. */
const ansi = /\u001b\[[0-9;]*m/g;
