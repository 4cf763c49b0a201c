import { type Html, html } from "../observe/page/html.ts";
import { foreign } from "../observe/page/parts.ts";
import { formatCount } from "../observe/units.ts";
import { type Hardware, readRecentHardware } from "../results/hardware.ts";
import { listTests } from "../results/list-runs.ts";
import type { TestRun } from "../results/runs.ts";
import { addStatus, emptyCount } from "../results/tally.ts";
import { unknown } from "../results/words.ts";
import { failureSection } from "./failure-section.ts";
import { emptyState } from "./failures-page.ts";
import { filterForm } from "./filter-form.ts";
import { commitPath, pathTo } from "./links.ts";
import type { MakePage } from "./page.ts";
import { commitPlot, type PlottedCommit } from "./plot.ts";
import { nextPage, runTable } from "./run-table.ts";
import { tallyCell } from "./trees-page.ts";
import {
  givenValues,
  isAnyLike,
  offsetAfter,
  offsetOf,
  readDays,
  readViewFilter,
} from "./view-filter.ts";
import { ago, boundWords, commitTitle, cutWords, treeTitle } from "./words.ts";

const pageRows = 100;
/** How many of the last tests of a board make its plot. */
const maxPlottedTests = 500;
const maxPlotted = 30;
const maxRuns = 50;

/** All boards, or one of them. */
export const hardwareRoute: MakePage = async (asked) =>
  asked.names.length > 0 ? boardPage(asked) : boardsPage(asked);

// --- internal ---

const boardsPage: MakePage = async (asked) => {
  const { db, query, url, nowMs } = asked;
  const { days, from } = readDays(query, nowMs, "1");
  const { rows: all, bound } = await readRecentHardware(db, {
    ...readViewFilter(query),
    ...(from && { from }),
  });
  const boards = all.filter(({ platform }) => isAnyLike(platform, givenValues(query, "board")));
  const offset = offsetOf(query);
  const page = boards.slice(offset, offset + pageRows);
  const origins = [...new Set(all.flatMap((one) => one.origins))].sort();
  const offered = new Map([
    [
      "origin" as const,
      origins.map((value) => ({
        value,
        count: all.filter((one) => one.origins.includes(value)).length,
      })),
    ],
  ]);
  return {
    title: "Hardware",
    rows: boards,
    body: html`<h1>Hardware</h1>
${filterForm({ url, offered, days, keeps: [], hasPath: false })}
${
  page.length === 0
    ? await emptyState(asked, days)
    : html`<div class="scroll" tabindex="0" role="region" aria-label="Boards"><table class="trees"><thead><tr><th scope="col">Board</th><th scope="col">Boots</th><th scope="col">Tests</th><th scope="col" class="number">Builds</th><th scope="col">Last seen</th></tr></thead>
<tbody>${page.map((board) => boardRow(board, nowMs))}</tbody></table></div>`
}
${boundWords(bound)}
${nextPage(url, offsetAfter(offset, pageRows, boards.length))}`,
  };
};

function boardRow(board: Hardware, nowMs: number): Html {
  const { platform, origins, boots, tests, builds, last_seen } = board;
  return html`<tr><th scope="row"><a href="${pathTo("hardware", platform || unknown)}">${platform ? foreign(platform, 100) : "without board"}</a><br><span class="muted">${foreign(origins.join(", "), 100)}</span></th>${tallyCell(boots)}${tallyCell(tests)}<td class="number">${formatCount(builds)}</td><td class="nowrap">${ago(last_seen, nowMs)}</td></tr>
`;
}

const boardPage: MakePage = async (asked) => {
  const { db, names, query, nowMs } = asked;
  const name = names.join("/");
  const { days, from } = readDays(query, nowMs, "30");
  // A star in a name is a star: as a pattern it would be other boards, too.
  const about = { platform: [name], ...(from && { from }) };
  const { rows, bound, next } = await listTests(db, undefined, {
    filter: about,
    limit: maxPlottedTests,
    isBounded: true,
  });
  const tests = rows.filter(({ platform }) => (platform || unknown) === name);
  const [newest] = tests;
  const section = await failureSection(asked, {
    about,
    days,
    isOneCommit: false,
    offers: ["tree", "arch", "config", "lab", "origin"],
    isMeant: (run) => "path" in run && (run.platform || unknown) === name,
    none: html`<div class="card empty good"><h2>No failures</h2><p>On the newest commit of each tree in the last ${days} days.</p></div>`,
  });
  return {
    title: name,
    rows: section.chosen.map(({ run }) => run),
    body: html`<p class="crumb"><a href="/hardware">Hardware</a></p><h1>${name === unknown ? "Unknown board" : foreign(name, 150)}</h1>
<p class="muted facts">${newest ? html`${foreign(newest.environment_compatible?.join(", ") ?? "", 300)} · seen ${ago(newest.start_time, nowMs)} in ${foreign([...new Set(tests.map(({ lab }) => lab ?? "an unknown lab"))].slice(0, 10).join(", "), 200)}` : "Nothing ran on it in this window."}</p>
${plots(tests)}
${next ? html`<p class="muted">Of its last ${formatCount(maxPlottedTests)} tests.</p>` : undefined}
<h2>Current failures</h2>
${section.body}
<h2>Last runs</h2>
${runTable(tests.slice(0, maxRuns), { label: "Last runs", nowMs, hasCommit: true })}
${cutWords(next !== undefined || tests.length > maxRuns, `the last ${maxRuns}`)}
${boundWords(bound)}`,
  };
};

/** The commits of each tree that it ran for, as plots. */
function plots(tests: readonly TestRun[]): Html {
  const trees = [
    ...Map.groupBy(
      tests.filter((test) => test.git_commit_hash),
      treeTitle,
    ),
  ].slice(0, 6);
  if (trees.length === 0) return html``;
  return html`<div class="kinds">${trees.map(([title, runs]) => {
    const commits = [...Map.groupBy(runs, ({ git_commit_hash }) => git_commit_hash)].slice(
      0,
      maxPlotted,
    );
    const plotted = commits.flatMap(([, some]): PlottedCommit[] => {
      const [first] = some;
      if (!first) return [];
      const count = emptyCount();
      for (const { status } of some) addStatus(count, status);
      return [
        { href: commitPath(first), title: commitTitle(first).slice(0, 100), count, isShown: false },
      ];
    });
    return html`<section class="card kind" aria-label="${title.slice(0, 100)}"><h2>${foreign(title, 80)}</h2>${commitPlot(title.slice(0, 100), plotted, false)}</section>`;
  })}</div>`;
}
