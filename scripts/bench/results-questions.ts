import { answerApi } from "../../src/api/answer-api.ts";
import { answerPage } from "../../src/pages/answer-page.ts";
import { checkoutsOf } from "../../src/results/checkouts-of.ts";
import { compareCheckouts } from "../../src/results/compare.ts";
import { readTest } from "../../src/results/details.ts";
import { readFirstFailures } from "../../src/results/first-failures.ts";
import { readRecentHardware } from "../../src/results/hardware.ts";
import { readTestHistories } from "../../src/results/histories.ts";
import { readIncidentsOf, readIssues } from "../../src/results/issues.ts";
import { listBuilds, listTests } from "../../src/results/list-runs.ts";
import { countTrees, readTreeHeads } from "../../src/results/trees.ts";
import { readWaitingBuilds, readWaitingTests } from "../../src/results/waiting.ts";
import type { Reader } from "../../src/store/reader.ts";
import { ownText, sql } from "../../src/store/statement.ts";
import { endMs, treeCount } from "./fill-results.ts";

/** What people and programs ask a database of results, in three groups: commands, pages, the API. */
export interface Questions {
  readonly commands: QuestionList;
  readonly pages: QuestionList;
  readonly api: QuestionList;
}

/** What `serve` asks for itself at its start, so that nobody who opens it is the first. */
export const firstScreen = "/failures (the first screen)";

/** A question by its name; asked with another number it is about another tree, commit, test or board. */
export type QuestionList = Readonly<Record<string, (number: number) => Promise<unknown>>>;

/** An hour after the newest commit. */
const nowMs = endMs + 3_600_000;
const daysAgo = (days: number) =>
  `${new Date(nowMs - days * 86_400_000).toISOString().slice(0, -1)}000Z`;

interface Facts {
  readonly hash: string;
  readonly id: string;
  readonly tree: string;
  readonly url: string;
}

/** Makes the questions for a database that `fillResults` has filled. */
export async function questionsFor(db: Reader, tests: number): Promise<Questions> {
  const commitsBack = async (back: number): Promise<Facts[]> =>
    (
      await db.query(
        sql`select c.git_commit_hash as hash, c.id as id, c.tree_name as tree, c.git_repository_url as url
          from checkouts c order by c.start_time desc limit ${treeCount} offset ${back * treeCount}`,
      )
    ).map((row) => ({
      hash: String(row.hash),
      id: String(row.id),
      tree: String(row.tree),
      url: String(row.url),
    }));
  const [newest, older] = [await commitsBack(0), await commitsBack(1)];
  const commit = (number: number) => newest[(number * 37) % newest.length] as Facts;
  const before = (number: number) =>
    older.find(({ tree }) => tree === commit(number).tree) as Facts;
  /** One of the newest commits. */
  const testId = (number: number) => `maestro:t${tests - 1 - ((number * 10_007) % 100_000)}`;
  const buildId = (number: number) => `maestro:b${Math.floor(tests / 16.67) - 200 - number * 61}`;
  const board = (number: number) => `board-${number % 40}`;
  return {
    commands: commandsOf(db, { commit, before, testId }),
    pages: pagesOf(db, { commit, before, testId, buildId, board }),
    api: apiOf(db, { commit, testId, buildId, board }),
  };
}

// --- internal ---

interface Drawn {
  commit(number: number): Facts;
  before(number: number): Facts;
  testId(number: number): string;
  buildId(number: number): string;
  board(number: number): string;
}

function commandsOf(
  db: Reader,
  { commit, before, testId }: Pick<Drawn, "commit" | "before" | "testId">,
): QuestionList {
  const ids = async (hash: string) => (await checkoutsOf(db, hash)).map(({ id }) => id);
  return {
    results: async () => countTrees(db, await readTreeHeads(db, { limit: 100 })),
    "results --tree": async (n) =>
      countTrees(db, await readTreeHeads(db, { tree: [commit(n).tree], limit: 100 })),
    "results failures": () => readFirstFailures(db, {}, { limit: 100, withWaiting: true }),
    "results failures --since 7d": () =>
      readFirstFailures(db, { from: daysAgo(7) }, { limit: 100, withWaiting: true }),
    "results failures --tree": (n) =>
      readFirstFailures(db, { tree: [commit(n).tree] }, { limit: 100, withWaiting: true }),
    "results failures --commit": (n) =>
      readFirstFailures(db, { commit: [commit(n).hash] }, { limit: 100, withWaiting: true }),
    "results builds": () => listBuilds(db, { limit: 100, isBounded: true }),
    "results builds --status FAIL": () =>
      listBuilds(db, { filter: { status: ["FAIL"] }, limit: 100, isBounded: true }),
    "results boots": () => listTests(db, "boot", { limit: 100, isBounded: true }),
    "results boots --status FAIL": () =>
      listTests(db, "boot", { filter: { status: ["FAIL"] }, limit: 100, isBounded: true }),
    "results boots --platform": (n) =>
      listTests(db, "boot", {
        filter: { platform: [`board-${n % 40}`] },
        limit: 100,
        isBounded: true,
      }),
    "results tests": () => listTests(db, "test", { limit: 100, isBounded: true }),
    "results tests --commit": (n) =>
      listTests(db, "test", { filter: { commit: [commit(n).hash] }, limit: 100, isBounded: true }),
    "results tests --tree": (n) =>
      listTests(db, "test", { filter: { tree: [commit(n).tree] }, limit: 100, isBounded: true }),
    "results tests --path X": (n) =>
      listTests(db, "test", {
        filter: { path: [`suite-${n % 12}.*`] },
        limit: 100,
        isBounded: true,
      }),
    "results test ID": async (n) => {
      const test = await readTest(db, testId(n));
      return test && readTestHistories(db, [test]);
    },
    "results compare": async (n) =>
      compareCheckouts(db, await ids(before(n).hash), await ids(commit(n).hash)),
    "results hardware": () => readRecentHardware(db, {}),
    "results hardware --since 7d": () => readRecentHardware(db, { from: daysAgo(7) }),
    "results hardware --commit": (n) => readRecentHardware(db, { commit: [commit(n).hash] }),
    "results issues": async () => {
      const issues = await readIssues(db, ownText("1 = 1"), 100);
      return readIncidentsOf(
        db,
        issues.map(({ id }) => id),
      );
    },
    "results waiting": async () => [
      await readWaitingTests(db, 100),
      await readWaitingBuilds(db, 100),
    ],
  };
}

function pagesOf(db: Reader, { commit, before, testId, buildId, board }: Drawn): QuestionList {
  const show = (path: (number: number) => string) => async (number: number) => {
    const url = new URL(path(number), "http://127.0.0.1");
    const answer = await answerPage(url, {
      reader: db,
      now: () => nowMs,
      sources: { storageBaseUrl: "" },
    });
    const text = await answer?.text();
    // That nothing is found is an answer.
    if (answer?.status !== 200 && answer?.status !== 404)
      throw new Error(`${url}: ${answer?.status} ${text?.slice(0, 500)}`);
  };
  const place = (n: number) => `/tree/${commit(n).tree}/master/${commit(n).hash}`;
  return {
    [firstScreen]: show(() => "/failures"),
    "/failures?tree=": show((n) => `/failures?tree=${commit(n).tree}`),
    "/failures?board=": show((n) => `/failures?board=${board(n)}`),
    "/failures?class=regression": show(() => "/failures?class=regression"),
    "/tree": show(() => "/tree"),
    "/tree/NAME/BRANCH/COMMIT": show(place),
    "/tree/…/COMMIT?tab=builds": show((n) => `${place(n)}?tab=builds`),
    "/tree/…/COMMIT?tab=boots": show((n) => `${place(n)}?tab=boots`),
    "/tree/…/COMMIT?tab=tests": show((n) => `${place(n)}?tab=tests`),
    "/tree/…/COMMIT/matrix": show((n) => `${place(n)}/matrix`),
    "/tree/…/latest": show((n) => `/tree/${commit(n).tree}/master/latest`),
    "/tree/…/compare": show(
      (n) =>
        `/tree/${commit(n).tree}/master/compare?hashA=${before(n).hash}&hashB=${commit(n).hash}`,
    ),
    "/test/ID": show((n) => `/test/${testId(n)}`),
    "/build/ID": show((n) => `/build/${buildId(n)}`),
    "/log?test=": show((n) => `/log?test=${testId(n)}`),
    "/hardware": show(() => "/hardware"),
    "/hardware/NAME": show((n) => `/hardware/${board(n)}`),
    "/issues": show(() => "/issues"),
    "/issue/ID": show((n) => `/issue/maestro:i${n % 200}`),
    "/waiting": show(() => "/waiting"),
    "/search?q= (a board)": show((n) => `/search?q=board-${n % 40}`),
    "/search?q= (a part of a path)": show((n) => `/search?q=test-${n % 170}`),
    "/search?q= (rare)": show((n) => `/search?q=t${4_000_000 + n * 7}`),
  };
}

function apiOf(
  db: Reader,
  { commit, testId, buildId, board }: Omit<Drawn, "before">,
): QuestionList {
  const ask = (path: (number: number) => string, body?: unknown) => async (number: number) => {
    const request = new Request(
      `http://127.0.0.1/api/${path(number)}`,
      body ? { method: "POST", body: JSON.stringify(body) } : {},
    );
    const answer = await answerApi(request, new URL(request.url), { reader: db, now: () => nowMs });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${request.url}: ${answer.status} ${text}`);
  };
  const tree = (n: number) =>
    new URLSearchParams({ origin: "maestro", git_url: commit(n).url, git_branch: "master" });
  const window = {
    startTimestampInSeconds: String(nowMs / 1000 - 7 * 86_400),
    endTimestampInSeconds: String(nowMs / 1000),
  };
  const body = { origin: "maestro", ...window, selectedCommits: {}, filter: {} };
  const ofTree = (end: string) => ask((n) => `tree/${commit(n).hash}/${end}?${tree(n)}`);
  const ofBoard = (end: string) => ask((n) => `hardware/${board(n)}/${end}`, body);
  const history = (n: number) =>
    new URLSearchParams({
      path: "boot",
      origin: "maestro",
      git_repository_url: commit(n).url,
      git_repository_branch: "master",
      config_name: "config-1",
      platform: board(n),
    });
  return {
    tree: ask(() => "tree?origin=maestro&interval_in_days=7"),
    "tree/C/summary": ofTree("summary"),
    "tree/C/builds": ofTree("builds"),
    "tree/C/boots": ofTree("boots"),
    "tree/C/tests": ofTree("tests"),
    "tree/C/commits": ofTree("commits"),
    "tree-report": ask((n) => `tree-report?${tree(n)}&max_age_in_hours=24`),
    "test/ID": ask((n) => `test/${testId(n)}`),
    "test/ID/issues": ask((n) => `test/${testId(n)}/issues`),
    "test/status-history": async (n) =>
      ask(() => `test/status-history?${history(n)}`)(n).catch(() => {}),
    "build/ID": ask((n) => `build/${buildId(n)}`),
    "build/ID/issues": ask((n) => `build/${buildId(n)}/issues`),
    hardware: ask(() => `hardware/?origin=maestro&${new URLSearchParams(window)}`),
    "hardware/H/summary": ofBoard("summary"),
    "hardware/H/builds": ofBoard("builds"),
    "hardware/H/boots": ofBoard("boots"),
    "hardware/H/tests": ofBoard("tests"),
    issue: ask(() => "issue/?interval_in_days=7"),
    "issue/ID": ask((n) => `issue/maestro:i${n % 200}`),
    "issue/ID/builds": ask((n) => `issue/maestro:i${n % 200}/builds`),
    "issue/ID/tests": ask((n) => `issue/maestro:i${n % 200}/tests`),
    "issue/extras": ask(() => "issue/extras/", {
      issues: [
        ["maestro:i1", 1],
        ["maestro:i2", 1],
      ],
    }),
    origins: ask(() => "origins/"),
  };
}
