import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type Output, toCsv, toTable } from "../../src/commands/results/format.ts";
import { type JunitCase, toJunit } from "../../src/commands/results/junit.ts";
import { madeResults, newer, older } from "../api/made-results.ts";
import { kinds } from "../databases.ts";
import { ingester, runIngester } from "../e2e/run-ingester.ts";
import { type ReadableDatabase, readableDatabase } from "../results/read-on.ts";

setDefaultTimeout(60_000);

describe.each(kinds)("results, on $name", (kind) => {
  let on: ReadableDatabase;

  beforeAll(async () => {
    on = await readableDatabase(kind);
    await on.write(madeResults);
  });
  afterAll(async () => {
    await on?.[Symbol.asyncDispose]();
  });

  const run = (...words: string[]) =>
    runIngester(ingester, ["results", ...words, "--database", on.database.url]);
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into it as a program would
  const json = async (...words: string[]): Promise<any> => {
    const { stdout, stderr } = await run(...words, "--json");
    if (stdout === "") throw new Error(stderr);
    return JSON.parse(stdout);
  };

  test("alone it shows each tree with its newest commit, and the fails of the commit before", async () => {
    const { json_version, trees } = await json();
    expect(json_version).toBe(1);
    expect(trees).toMatchObject([
      {
        ...{ tree_name: "mainline", git_commit_hash: newer, checkout_ids: ["maestro:c2"] },
        ...{ builds: { PASS: 1, FAIL: 1 }, boots: { FAIL: 1 }, tests: { PASS: 1, NULL: 1 } },
        before: { git_commit_hash: older, tally: { tests: { FAIL: 1 } } },
      },
    ]);
    const { stdout } = await run();
    expect(stdout).toMatch(
      /^tree +branch +origin +commit .*\nmainline +master +maestro +v6\.17-c2 /,
    );
    expect(stdout).not.toContain("\u001b");
  });

  test("one commit by its tag, the begin of its hash, its name, or latest", async () => {
    for (const commit of ["tag-c1", older.slice(0, 8), "v6.17-c1"]) {
      expect((await json("--commit", commit)).trees).toMatchObject([{ git_commit_hash: older }]);
    }
    expect((await json("--commit", "latest")).trees).toMatchObject([{ git_commit_hash: newer }]);
    const unknown = await run("--commit", "v9");
    expect([unknown.exitCode, unknown.stderr]).toEqual([
      2,
      expect.stringContaining('no such commit: "v9"'),
    ]);
  });

  test("failures come with their class and since when; what waits for its build is among them", async () => {
    const { failures } = await json("failures");
    const told = failures.map((one: Record<string, Record<string, unknown>>) => [
      one.id,
      one.class,
      one.since?.state,
      one.since?.last_passed_id ?? null,
    ]);
    expect(told).toEqual([
      ["maestro:b3", "newFailure", "first run", null],
      ["maestro:t2", "regression", "new", "maestro:t1"],
      ["microsoft:A.b-1", null, "first run", null],
    ]);
    const { stdout } = await run("failures", "--platform", "am69*", "--path", "boot");
    expect(stdout).toContain("new at v6.17-c2, passed at v6.17-c1");
    expect(stdout).toContain("waits for its build");
    expect(stdout).not.toContain("maestro:b3");
  });

  test("lists take filters, each of them several times, and go on where they ended", async () => {
    const statuses = async (...words: string[]) =>
      (await json("tests", ...words)).tests.map((one: { id: string }) => one.id);
    expect(await statuses()).toEqual(["maestro:t4", "maestro:t3", "maestro:t5"]);
    expect(await statuses("--status", "FAIL", "--status", "NULL")).toEqual([
      "maestro:t3",
      "maestro:t5",
    ]);
    expect(await statuses("--since", "2026-07-01T12:00Z")).toEqual(["maestro:t4"]);
    const first = await json("boots", "--limit", "1");
    expect(first.boots).toHaveLength(1);
    const rest = await json("boots", "--after", first.next);
    expect(rest.boots.map((one: { id: string }) => one.id)).toEqual(["maestro:t2", "maestro:t1"]);
    expect((await json("builds", "--config", "tinyconfig")).builds).toMatchObject([
      { id: "maestro:b3" },
    ]);
  });

  test("--fail-on counts what is not shown, too, and who shows a part says so", async () => {
    const endings = async (...words: string[]) => {
      const { exitCode, stderr } = await run(...words, "--limit", "1");
      return [exitCode, stderr.includes("use --limit for more")];
    };
    // The newest has passed.
    expect(await endings("tests", "--fail-on", "failure")).toEqual([1, true]);
    expect(await endings("boots", "--fail-on", "regression")).toEqual([1, true]);
    expect(
      await endings("tests", "--status", "PASS", "--status", "NULL", "--fail-on", "failure"),
    ).toEqual([0, true]);
    expect(await endings("failures", "--fail-on", "regression")).toEqual([1, true]);
    expect((await endings())[1]).toBe(false);
  });

  test("two commits compared, by class", async () => {
    const { pairs, classes, older: before } = await json("compare", "v6.17-c1", "latest");
    expect(before).toMatchObject({ git_commit_hash: older, boots: { PASS: 1 } });
    expect(classes).toMatchObject({ boots: { regression: 1 }, tests: { fixed: 1, appeared: 1 } });
    expect(pairs[0]).toMatchObject({
      class: "regression",
      kind: "boot",
      newer: { id: "maestro:t2" },
    });
    const fixed = await json("compare", "v6.17-c1", "latest", "--class", "fixed");
    expect(fixed.pairs.map((pair: { class: string }) => pair.class)).toEqual(["fixed"]);
    expect((await run("compare", "latest")).stderr).toContain("expected COMMIT COMMIT");
  });

  test("one test, its runs and what it waits for", async () => {
    const found = await json("test", "maestro:t2");
    expect(found).toMatchObject({ verdict: "regression", issues: [{ id: "maestro:i1" }] });
    expect(found.history.map((one: { id: string }) => one.id)).toEqual([
      "maestro:t2",
      "maestro:t1",
    ]);
    const { stdout } = await run("test", "microsoft:A.b-1");
    expect(stdout).toContain("waits for build maestro:gone");
    const build = await run("test", "maestro:b3");
    expect([build.exitCode, build.stderr]).toEqual([
      2,
      expect.stringContaining("this is the id of a build"),
    ]);
  });

  test("hardware, issues and what waits", async () => {
    expect(
      (await json("hardware")).hardware.map((one: { platform: string }) => one.platform),
    ).toEqual(["am69 sk", null]);
    expect((await json("issues")).issues).toMatchObject([
      { id: "maestro:i1", incidents: [{}, {}] },
    ]);
    const waiting = await json("waiting");
    expect(waiting.tests).toEqual({ total: 1, ids: 1 });
    expect(waiting.waiting).toMatchObject([{ kind: "tests", waits_for: "maestro:gone", n: 1 }]);
    expect((await run("waiting")).stderr).toContain("1 test waiting for 1 build\n");
  });

  test("exit 1 where --fail-on finds what it names", async () => {
    const code = async (...words: string[]) => (await run(...words)).exitCode;
    expect(await code("failures", "--fail-on", "regression")).toBe(1);
    expect(await code("failures", "--fail-on", "regression", "--config", "tinyconfig")).toBe(0);
    expect(await code("builds", "--fail-on", "failure")).toBe(1);
    expect(await code("builds", "--fail-on", "regression")).toBe(0);
    expect(await code("boots", "--fail-on", "failure", "--commit", older)).toBe(0);
    expect(await code("--fail-on", "failure")).toBe(1);
    expect(await code("compare", older, newer, "--fail-on", "regression")).toBe(1);
    expect(await code("compare", newer, newer, "--fail-on", "regression")).toBe(0);
    expect(await code("failures", "--fail-on", "anything")).toBe(2);
  });
});

describe("what rows hold does no harm", () => {
  const hostile = [
    "=cmd|'/c calc'!A1",
    "+1",
    "-2",
    "@sum",
    '"a,b"',
    "x\u001b[31m\n<b>&",
    " =1",
    "5",
  ];
  const output: Output<string> = {
    name: "texts",
    rows: hostile,
    columns: [
      { title: "text", value: (row) => row },
      { title: "number", value: () => -5 },
    ],
  };

  test("in a table: one line a row, control bytes written out", () => {
    const lines = toTable(output, false).split("\n");
    expect(lines).toHaveLength(hostile.length + 2);
    expect(lines[6]).toMatch(/^x\\u001b\[31m\\n<b>& +-5$/);
  });

  test("in CSV: no formula, fields quoted; numbers are numbers", () => {
    expect(toCsv(output).split("\r\n")).toEqual([
      "text,number",
      "'=cmd|'/c calc'!A1,-5",
      "'+1,-5",
      "'-2,-5",
      "'@sum,-5",
      '"""a,b""",-5',
      "x\\u001b[31m\\n<b>&,-5",
      "' =1,-5",
      "5,-5",
      "",
    ]);
  });

  test("in JUnit: well-formed, each status as CI systems know it", () => {
    const toCase = (status: string | null): JunitCase => ({
      ...{ group: 'a"<b>', name: "x\u0000\u001by & z", seconds: 1.5, status, message: "]]> '<" },
    });
    const xml = toJunit("tests", ["PASS", "FAIL", "ERROR", "MISS", "SKIP", null], toCase);
    expect(xml).toContain('tests="6" failures="1" errors="2" skipped="2"');
    expect(xml).toContain(
      'classname="a&quot;&lt;b&gt;" name="x\\u0000\\u001by &amp; z" time="1.5"><failure message="FAIL: ]]&gt; &#39;&lt;"/>',
    );
    expect(xml).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  test("colours only where they are wanted", () => {
    const rows: Output<string> = { ...output, rows: ["PASS", "FAIL"] };
    expect(toTable(rows, true)).toContain("\u001b[31mFAIL\u001b[0m");
    expect(toTable(rows, false)).not.toContain("\u001b");
  });
});

test("a database that is not there is told of, and none is made", async () => {
  const { exitCode, stderr } = await runIngester(ingester, [
    "results",
    "--database",
    "sqlite:/nowhere/x.db",
  ]);
  expect([exitCode, stderr]).toEqual([78, expect.stringContaining("is missing")]);
});
