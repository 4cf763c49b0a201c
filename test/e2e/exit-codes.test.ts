import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lockSpool } from "../../src/spool/lock-spool.ts";
import { kinds } from "../databases.ts";
import { temporaryFolder } from "../temporary.ts";
import { compiled } from "./binary.ts";
import { fromSource, ingester, type Run, runIngester } from "./run-ingester.ts";

setDefaultTimeout(60_000);

const nowhere = "postgres://kci:geheim@127.0.0.1:1/kci";

describe("how the program ends when it cannot begin", () => {
  const trees = "trees:\n  a:\n    url: u\n  b:\n    url: u\n";
  test.each<[string[], number, string, Record<string, string>?]>([
    [[], 2, "kci-ingester"],
    [["monitr"], 2, 'unknown command "monitr"\n  hint: did you mean monitor?'],
    [["monitor", "--nope"], 2, "monitor: unknown flag --nope"],
    [["monitor"], 2, "monitor: --spool-dir: expected a folder, got nothing"],
    [["monitor_submissions", "--interval", "-1"], 2, "monitor: --spool-dir: expected"],
    [
      ["monitor-submissions", "--spool-dir", "s", "--interval", "-1"],
      2,
      'monitor: --interval: expected seconds from 0.05 to 86400, or a duration such as 5s or 2m, got "-1"',
    ],
    [["migrate", "stray"], 2, 'migrate: expected only flags, got "stray"'],
    [["migrate"], 78, "DATABASE_URL: expected sqlite:PATH", { DATABASE_URL: "kci" }],
    [
      ["monitor", "--once", "--spool-dir", "s", "--database", "sqlite:"],
      2,
      'monitor: --database: expected sqlite:PATH, the path of a file, got "sqlite:"',
    ],
    [
      ["monitor", "--once", "--spool-dir", "s"],
      78,
      'monitor: DATABASE_URL: expected sqlite:PATH, the path of a file, got "sqlite::memory:"',
      { DATABASE_URL: "sqlite::memory:" },
    ],
    [
      ["monitor", "--once", "--spool-dir", "s", "--database", "sqlite:s/k.json"],
      2,
      "monitor: --database: expected a file outside of the spool",
    ],
    [
      ["migrate"],
      78,
      'DB_DEFAULT_PORT: expected a whole number from 1 to 65535, got "99999"',
      { DB_DEFAULT_NAME: "kcidb", DB_DEFAULT_PORT: "99999" },
    ],
    [
      ["migrate", "--database", "postgres://u:geheim%@127.0.0.1:1/kci"],
      2,
      'got "postgres://u:***@127.0.0.1:1/kci"\n  hint: write % as %25',
    ],
    [
      ["doctor", "--spool-dir", "s"],
      78,
      "doctor: DATABASE_URL: expected a URL",
      { DATABASE_URL: "postgres://u:geheim%zz@127.0.0.1:1/kci" },
    ],
    [
      ["monitor", "--trees-file", "trees.yaml"],
      78,
      "monitor: trees.yaml:5: b and a have",
      { SPOOL_DIR: "s" },
    ],
    [["monitor", "--spool-dir", "trees.yaml"], 73, "trees.yaml: EEXIST\n  hint: does the folder"],
    [["monitor", "--spool-dir", "loop"], 73, "loop: "],
    [
      ["migrate", "--database", nowhere],
      69,
      "connect ECONNREFUSED 127.0.0.1:1\n  hint: is the server running",
    ],
    [
      ["migrate", "--database", "sqlite:/nowhere/k.db"],
      78,
      "cannot open the database /nowhere/k.db: ",
    ],
  ])("%j: exit %i", async (words, exitCode, message, env = {}) => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, "trees.yaml"), trees);
    symlinkSync("loop", join(folder.path, "loop"));
    // What is compiled has lost the names that it had.
    for (const program of [fromSource, await compiled()]) {
      const run = await runIngester(program, words, { cwd: folder.path, env });
      expect(run).toMatchObject({ exitCode, stdout: "" });
      expect(run.stderr).toContain(message);
      expect(run.stderr).not.toContain("geheim");
      // A message, not a trace.
      expect(run.stderr).not.toMatch(/^\s+at /m);
    }
  });

  test("a second service on a spool says who has it, exit 73", async () => {
    using folder = temporaryFolder();
    using _lock = lockSpool(folder.path);
    for (const program of [fromSource, await compiled()]) {
      const run = await runIngester(program, ["monitor", "--once", "--spool-dir", folder.path]);
      expect([run.exitCode, run.stderr]).toEqual([
        73,
        expect.stringContaining("in use by another"),
      ]);
    }
  });

  test("a database that is away is waited for 10 s, then exit 69", async () => {
    const startedMs = performance.now();
    const run = await once(nowhere);
    expect(run.exitCode).toBe(69);
    expect(run.stderr).toContain("ECONNREFUSED");
    const tookMs = performance.now() - startedMs;
    expect(tookMs).toBeGreaterThan(9_500);
    expect(tookMs).toBeLessThan(15_000);
  });
});

const postgres = kinds.filter((kind) => kind.name === "Postgres");

describe.each(postgres)("a $name that is not as it should be ends a run at once", ({ create }) => {
  test("without tables: exit 78, and what to run", async () => {
    await using database = await create();
    const run = await once(database.url);
    expect(run.exitCode).toBe(78);
    expect(run.stderr).toContain("kci-ingester migrate");
  });

  test("with another password: exit 78, and neither password in the message", async () => {
    await using database = await create();
    const url = new URL(database.url);
    const { password } = url;
    url.password = "geheim";
    const run = await once(url.href);
    expect(run.exitCode).toBe(78);
    expect(run.stderr).toContain("password");
    expect(run.stderr).not.toContain("geheim");
    expect(run.stderr).not.toContain(password);
  });

  test("without the database: exit 78", async () => {
    await using database = await create();
    const run = await once(`${database.url}_absent`);
    expect(run.exitCode).toBe(78);
    expect(run.stderr).toContain("create the database");
  });
});

describe.each(kinds)("migrate on $name", ({ create }) => {
  test("says what it made, then that all is there", async () => {
    await using database = await create();
    const words = ["migrate", "--database", database.url];
    const first = await runIngester(ingester, words);
    expect(first).toMatchObject({ exitCode: 0, stderr: "" });
    expect(first.stdout).toStartWith("created issues, checkouts, ");
    const second = await runIngester(ingester, words);
    expect(second).toEqual({
      exitCode: 0,
      stderr: "",
      stdout: "nothing to do: all tables exist\n",
    });
    const json = await runIngester(ingester, [...words, "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      tables: [],
      indexes: [],
      columns: [],
      views: [],
    });
  });
});

test("--once on a bare machine needs no more than a spool", async () => {
  using folder = temporaryFolder();
  const build = { id: "a:1", origin: "a", checkout_id: "a:2" };
  const submission = { version: { major: 5, minor: 3 }, builds: [build] };
  await Bun.write(join(folder.path, "spool/a.json"), JSON.stringify(submission));
  const run = await runIngester(ingester, ["monitor", "--spool-dir", "spool", "--once"], {
    cwd: folder.path,
  });
  expect(run.exitCode).toBe(0);
  expect(await Bun.file(join(folder.path, "spool/archive/a.json")).exists()).toBe(true);
  expect(await Bun.file(join(folder.path, "kernelci.db")).exists()).toBe(true);
});

async function once(database: string): Promise<Run> {
  using folder = temporaryFolder();
  const words = ["monitor", "--once", "--spool-dir", folder.path, "--database", database];
  return runIngester(ingester, words);
}
