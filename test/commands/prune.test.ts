import { Database } from "bun:sqlite";
import { expect, setDefaultTimeout, test } from "bun:test";
import { copyFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { mountRefusal, mountSmallDisk } from "../faults/mount.ts";
import { submission } from "../faults/submissions.ts";
import { needs } from "../needs.ts";
import { spoolWith, type TestSpool } from "./spool-with.ts";

setDefaultTimeout(60_000);

/** A spool whose submissions are in `kernelci.db` beside it, those named `old…` for a year. */
async function ingested(files: Record<string, string>): Promise<TestSpool & { database: string }> {
  const spool = spoolWith(files);
  const { exitCode, stderr } = await spool.run("monitor", "--once");
  expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
  const database = join(spool.path, "../kernelci.db");
  const write = (text: string) => {
    using db = new Database(database);
    db.run(text);
  };
  for (const table of ["checkouts", "builds", "tests", "issues", "incidents"]) {
    write(`update ${table} set _timestamp = '2020-01-01T00:00:00.000000Z' where id like '%:old%'`);
  }
  return { ...spool, database, [Symbol.dispose]: () => spool[Symbol.dispose]() };
}

const two = { "old.json": submission("old", 3), "new.json": submission("new", 2) };

/** As many excerpts as make a file of some megabytes. */
function large(name: string, tests: number): string {
  const whole = JSON.parse(submission(name, tests));
  for (const one of whole.tests) one.log_excerpt = "x".repeat(10_000);
  return JSON.stringify(whole);
}

function count(path: string, table: string): number {
  using db = new Database(path, { readonly: true });
  return (db.query(`select count(*) as n from ${table}`).get() as { n: number }).n;
}

test("prune deletes what is old enough, and a dry run says the same and deletes nothing", async () => {
  using spool = await ingested(two);
  const words = ["prune", "--older-than", "1y"];
  const look = await spool.run(...words, "--dry-run");
  expect([look.exitCode, look.stdout]).toEqual([
    0,
    "would delete 1 issues, 1 incidents, 3 tests, 1 builds, 1 checkouts\n",
  ]);
  expect(count(spool.database, "tests")).toBe(5);
  const { exitCode, stdout, stderr } = await spool.run(...words, "--json");
  expect([exitCode, stderr]).toEqual([0, ""]);
  expect(JSON.parse(stdout)).toEqual({
    json_version: 1,
    dry_run: false,
    database: "sqlite:kernelci.db",
    before: expect.stringMatching(/^\d{4}-.*Z$/),
    origin: null,
    rows: { issues: 1, incidents: 1, tests: 3, builds: 1, checkouts: 1 },
    given_back_bytes: expect.any(Number),
    free_bytes: 0,
  });
  for (const table of ["checkouts", "latest_checkout", "tree_listing", "pending_builds"]) {
    expect([table, count(spool.database, table)]).toEqual([table, 1]);
  }
  expect(count(spool.database, "pending_test")).toBe(2);
});

test("of one origin nothing else goes", async () => {
  using spool = await ingested(two);
  const { stdout } = await spool.run("prune", "--older-than", "1y", "--origin", "other");
  expect(stdout).toBe("deleted nothing\nreturned 0 B\n");
  expect(count(spool.database, "tests")).toBe(5);
});

test("a file gives back what is freed in it: small steps in a new one", async () => {
  using spool = await ingested({ "old.json": large("old", 500), "new.json": submission("new") });
  const before = statSync(spool.database).size;
  expect(before).toBeGreaterThan(5_000_000);
  const { exitCode, stdout } = await spool.run("prune", "--older-than", "1y");
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/\nreturned \d.* MB\n$/)]);
  expect(statSync(spool.database).size).toBeLessThan(before / 5);
  using db = new Database(spool.database);
  expect(db.query("pragma integrity_check").values()).toEqual([["ok"]]);
});

test("a file of a former version is written anew where that is quick, once", async () => {
  using spool = await ingested({ "old.json": large("old", 500), "new.json": large("new", 500) });
  {
    using db = new Database(spool.database);
    db.run("pragma auto_vacuum = none");
    db.run("vacuum");
    expect(db.query("pragma auto_vacuum").values()).toEqual([[0]]);
  }
  const before = statSync(spool.database).size;
  const { stdout } = await spool.run("prune", "--older-than", "1y");
  expect(stdout).toMatch(/\nreturned \d.* MB\n$/);
  expect(statSync(spool.database).size).toBeLessThan(before * 0.7);
  using db = new Database(spool.database);
  expect(db.query("pragma auto_vacuum").values()).toEqual([[2]]);
});

test.each<[words: string[], message: string]>([
  [["prune"], "--older-than: expected an age, got nothing"],
  [["prune", "--older-than", "7"], "--older-than: expected hours, days, weeks or years, such as"],
  [["prune", "--older-than", "1m"], "m could mean minutes or months: write 30d for a month"],
  [["prune", "--older-than", "1y", "--origin="], '--origin: expected an origin, got ""'],
  [
    ["prune", "--older-than", "1y", "--database", "postgres://u:geheim@127.0.0.1:1/d"],
    "prune would delete rows from a shared Postgres\n  hint: try --dry-run first",
  ],
])("%p is a mistake of use", async (words, message) => {
  using spool = spoolWith({});
  const { exitCode, stderr } = await spool.run(...words);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  expect(stderr).not.toContain("geheim");
});

test("a database that is not there is not made", async () => {
  using spool = spoolWith({});
  const { exitCode, stderr } = await spool.run("prune", "--older-than", "1y");
  expect([exitCode, stderr]).toEqual([78, expect.stringContaining("is missing")]);
  expect(statSync(join(spool.path, "../kernelci.db"), { throwIfNoEntry: false })).toBeUndefined();
});

const canMount = needs(
  mountRefusal === undefined,
  "space that is given back on a full disk",
  "a right to mount",
);

test.skipIf(!canMount)(
  "where there is no room to write a file anew its rows go all the same, and that is told",
  async () => {
    using spool = await ingested({ "old.json": large("old", 300), "new.json": large("new", 800) });
    {
      using db = new Database(spool.database);
      db.run("pragma auto_vacuum = none");
      db.run("vacuum");
    }
    const disk = join(spool.path, "../disk");
    using small = mountSmallDisk(disk, 32 << 20);
    copyFileSync(spool.database, join(disk, "k.db"));
    small.fill(4 << 20);
    const words = ["prune", "--older-than", "1y", "--database", `sqlite:${join(disk, "k.db")}`];
    const { exitCode, stdout, stderr } = await spool.run(...words);
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringContaining("deleted 1 issues, 1 incidents, 300 tests"),
    ]);
    expect(stderr).toContain("warning: free space was not returned: ");
    small.free();
    expect(count(join(disk, "k.db"), "tests")).toBe(800);
    expect((await spool.run(...words)).stdout).toMatch(/^deleted nothing\nreturned \d.* MB\n$/);
  },
);
