import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { schemaVersion, tables } from "../../../src/rows/tables.ts";
import { makeReady } from "../../../src/store/make-ready.ts";
import { brief, ingester, type Program, runIngester } from "../../e2e/run-ingester.ts";
import { type NextProgram, nextProgram } from "../next-program.ts";
import { openStore, storeOptions } from "../prepared-store.ts";
import { type OldFile, oldFiles, rowsOf, unpackOldFile } from "./old-files.ts";

// Programs are started from their source, on machines that others use, too.
setDefaultTimeout(120_000);

let next: NextProgram;
beforeAll(() => {
  next = nextProgram();
});
afterAll(() => next[Symbol.dispose]());

const newTest = { id: "lab:new", origin: "lab", build_id: "lab:build" };

/** Lets a program ingest one test into a file. */
async function ingest(program: Program, file: OldFile, test: object) {
  const spool = join(file.path, "../spool");
  const submission = { version: { major: 5, minor: 3 }, tests: [test] };
  await Bun.write(join(spool, "new.json"), JSON.stringify(submission));
  return runIngester(program, ["monitor", "--once", "--spool-dir", spool, "--database", file.url]);
}

/** What a kept file holds; to look into one empties its write-ahead log, so that it is another copy. */
function rowsIn(name: (typeof oldFiles)[number]) {
  using file = unpackOldFile(name);
  expect([versionOf(file), file.query("pragma page_size")]).toEqual([0, [{ page_size: 4096 }]]);
  return rowsOf(file);
}

const columnsOf = (file: OldFile) =>
  file.query("select name from pragma_table_info('tests')").map(({ name }) => name);
const versionOf = (file: OldFile) => file.query("pragma user_version")[0]?.user_version;

describe.each(oldFiles)("the database file %s", (name) => {
  test("goes on working: its rows stay, new ones go in, it keeps the size of its pages", async () => {
    using file = unpackOldFile(name);
    const before = rowsIn(name);
    for (const { name: table } of tables) expect(before[table]?.length).toBeGreaterThan(1);
    await makeReady(file.url, storeOptions);
    expect(rowsOf(file)).toEqual(before);
    expect((await ingest(ingester, file, newTest)).exitCode).toBe(0);
    const after = rowsOf(file);
    expect(after.tests).toHaveLength((before.tests?.length ?? 0) + 1);
    expect(after).toMatchObject({ builds: before.builds ?? [], issues: before.issues ?? [] });
    expect([versionOf(file), file.query("pragma page_size")]).toEqual([
      schemaVersion,
      [{ page_size: 4096 }],
    ]);
  });

  test("gets a new column when the next version starts, and what is its user's own stays", async () => {
    using file = unpackOldFile(name);
    const own = [
      "alter table tests add column reviewed text default 'no'",
      "create index own_index on tests (path, reviewed)",
      "create view own_view as select * from tests join builds on builds.id = tests.build_id",
      "create view own_broken_view as select gone from nowhere",
      "create trigger own_trigger after insert on issues begin select 1; end",
      "create table own_table (a)",
    ];
    for (const statement of own) file.query(statement);
    const before = rowsOf(file);
    const run = await ingest(next, file, { ...newTest, next_field: 3 });
    expect([run.exitCode, run.stderr]).toEqual([0, expect.stringContaining("tests.next_field")]);
    expect(
      file.query("select id, next_field, reviewed from tests where next_field is not null"),
    ).toEqual([{ id: newTest.id, next_field: 3, reviewed: "no" }]);
    const { tests = [], ...others } = rowsOf(file);
    expect(tests).toEqual(expect.arrayContaining(before.tests ?? []));
    expect(others).toMatchObject({ builds: before.builds ?? [], issues: before.issues ?? [] });
    const names = file.query("select name from sqlite_schema where name like 'own_%'");
    expect(names).toHaveLength(own.length - 1);
    expect(file.query("select count(*) as n from own_view")).not.toEqual([{ n: 0 }]);

    const again = await ingest(next, file, newTest);
    expect([again.exitCode, again.stderr]).toEqual([0, expect.not.stringContaining("next_field")]);
  });

  test("is brought up to date once by two that start at once", async () => {
    using file = unpackOldFile(name);
    const before = rowsIn(name);
    const words = ["migrate", "--json", "--database", file.url];
    const runs = await Promise.all([runIngester(next, words), runIngester(next, words)]);
    expect(runs.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
      [0, ""],
      [0, ""],
    ]);
    const added = runs.flatMap(({ stdout }) => JSON.parse(stdout).columns);
    expect(added.filter((column) => column === "tests.next_field")).toHaveLength(1);
    expect(rowsOf(file)).toEqual(before);
  });

  test("is as it was after a kill at any statement, and the next start brings it up to date", async () => {
    const preload = join(import.meta.dir, "kill-at-statement.ts");
    const [bun = "", main = ""] = next.command;
    const killed: Program = { name: "killed", command: [bun, "--preload", preload, main] };
    const before = rowsIn(name);
    let kills = 0;
    // Of the second file a sample, which begins at another place each time.
    const every = name === "0.1.0" ? 1 : 7;
    for (let at = 1 + Math.floor(Math.random() * every); ; at += every) {
      using file = unpackOldFile(name);
      const words = ["migrate", "--database", file.url];
      const run = await runIngester(killed, words, { env: { ...brief, KILL_AT: `${at}` } });
      const isUpToDate = run.exitCode === 0;
      expect([columnsOf(file).includes("next_field"), versionOf(file)]).toEqual(
        isUpToDate ? [true, schemaVersion + 1] : [false, 0],
      );
      expect(rowsOf(file)).toEqual(before);
      if (isUpToDate) break;
      kills++;
      expect(run.exitCode).toBe(137);
      await next.makeReady(file.url);
      expect(columnsOf(file)).toContain("next_field");
      expect(rowsOf(file)).toEqual(before);
    }
    expect(kills).toBeGreaterThan(every === 1 ? 20 : 2);
  });
});

describe("a file that a newer version has written", () => {
  test("is refused by each command with 78 and what to do, and not touched", async () => {
    using file = unpackOldFile("0.1.0");
    await runIngester(next, ["migrate", "--database", file.url]);
    const bytes = readFileSync(file.path);
    const what = `its tables have version ${schemaVersion + 1}, and this program knows them up to ${schemaVersion}`;
    const hint = "use the newer kci-ingester again";
    const monitor = await ingest(ingester, file, newTest);
    const database = ["--database", file.url];
    const migrate = await runIngester(ingester, ["migrate", ...database]);
    const spool = ["--spool-dir", join(file.path, "../spool")];
    const doctor = await runIngester(ingester, ["doctor", ...spool, ...database]);
    for (const { exitCode, stdout, stderr } of [monitor, migrate, doctor]) {
      expect([exitCode, stdout + stderr]).toEqual([78, expect.stringContaining(what)]);
      expect(stdout + stderr).toContain(hint);
    }
    expect(readFileSync(file.path).equals(bytes)).toBe(true);
    expect(await Bun.file(join(file.path, "../spool/new.json")).exists()).toBe(true);
    expect((await ingest(next, file, newTest)).exitCode).toBe(0);
  });

  test("is refused in the journal mode that it has", async () => {
    using file = unpackOldFile("0.1.0");
    file.query("pragma journal_mode = delete");
    file.query(`pragma user_version = ${schemaVersion + 1}`);
    await expect(makeReady(file.url, storeOptions)).rejects.toMatchObject({ class: "operator" });
    expect(file.query("pragma journal_mode")).toEqual([{ journal_mode: "delete" }]);
  });
});

test("doctor and status say of an old file what the service adds at its start", async () => {
  using file = unpackOldFile("0.1.0");
  const spool = join(file.path, "../spool");
  await Bun.write(join(spool, "x"), "");
  const words = ["--spool-dir", spool, "--database", file.url];
  const doctor = await runIngester(next, ["doctor", ...words]);
  expect([doctor.exitCode, doctor.stdout]).toEqual([
    0,
    expect.stringMatching(
      /^ok +database .*: the service adds .*tests\.next_field.* when it starts$/m,
    ),
  ]);
  const status = await runIngester(next, ["status", ...words]);
  expect(status.stdout).toMatch(/the service adds .*tests\.next_field.* when it starts/);
  expect(columnsOf(file)).not.toContain("next_field");
});

test("the version of the tables is raised whenever they change", async () => {
  using file = unpackOldFile("0.1.0");
  writeFileSync(file.path, "");
  await using store = await openStore(file.url);
  await store.migrate();
  // Views hold nothing: they are made anew where they are others.
  const schema = file.query(
    "select sql from sqlite_schema where sql is not null and type <> 'view' order by name",
  );
  const digest = new Bun.CryptoHasher("sha256").update(JSON.stringify(schema)).digest("hex");
  // On a change: the next `schemaVersion` in rows/tables.ts, and here a line for it; lines that are there stay.
  const digests: Record<number, string> = {
    1: "2a8d73305e69895c",
    2: "3b9584f59f935930",
    3: "72fd4b17185816a7",
    4: "d81517b59356140c",
    5: "31d29e2993be02f5",
    6: "666cc237ad230641",
    7: "92d522e6e9c1bc0a",
  };
  expect({ [schemaVersion]: digest.slice(0, 16) }).toEqual({
    [schemaVersion]: digests[schemaVersion] ?? "",
  });
});
