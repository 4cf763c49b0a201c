import { html } from "../observe/page/html.ts";
import { foreign } from "../observe/page/parts.ts";
import { isHashPrefix, resolveCommit } from "../results/checkouts-of.ts";
import { readBuild, readTest } from "../results/details.ts";
import { listBuilds, listTests } from "../results/list-runs.ts";
import { pathTo, runPath } from "./links.ts";
import { notFoundPage } from "./not-found-page.ts";
import type { MakePage } from "./page.ts";
import { nextPage, runTable } from "./run-table.ts";
import { readDays, readViewFilter } from "./view-filter.ts";
import { boundWords, cutWords } from "./words.ts";

const pageRows = 100;
const maxBuilds = 20;

/** Goes to the test, build or commit that a text names; else lists what has the text in path, board, config or id. */
export const searchPage: MakePage = async ({ db, query, url, nowMs }) => {
  const { text, ...filter } = readViewFilter(query);
  if (text === undefined) {
    return {
      title: "Search",
      body: html`<h1>Search</h1><p>Enter a path, board, configuration, id, commit or tag above.</p>`,
    };
  }
  const run = (await readTest(db, text)) ?? (await readBuild(db, text));
  if (run) return { goTo: runPath(run) };
  const commit = await resolveCommit(db, text);
  if ("hash" in commit) return { goTo: pathTo("tree", commit.hash) };
  if (isHashPrefix(text) && commit.candidates.length > 1) return { goTo: pathTo("tree", text) };
  const { from } = readDays(query, nowMs, "all");
  const chosen = { ...filter, text, ...(from && { from }) };
  const after = query.get("after") ?? undefined;
  const options = { filter: chosen, isBounded: true };
  const tests = await listTests(db, undefined, { ...options, limit: pageRows, after });
  const builds = after ? undefined : await listBuilds(db, { ...options, limit: maxBuilds });
  const built = builds?.rows ?? [];
  const bounds = html`${boundWords(tests.bound)}${boundWords(builds?.bound)}`;
  if (tests.rows.length + built.length === 0) {
    const page = notFoundPage("No path, board, configuration or id contains:", text);
    return { ...page, body: html`${page.body}${bounds}` };
  }
  return {
    title: `Search: ${text}`,
    rows: [...tests.rows, ...built],
    body: html`<h1>Search: ${foreign(text, 100)}</h1>
<h2>Tests, newest first</h2>${runTable(tests.rows, { label: "Tests", nowMs, hasCommit: true })}
${nextPage(url, tests.next)}
${built.length > 0 ? html`<h2>Builds</h2>${runTable(built, { label: "Builds", nowMs, hasCommit: true })}${cutWords(builds?.next !== undefined, `the newest ${maxBuilds}`)}` : undefined}
${bounds}`,
  };
};
