import { describe, expect, setDefaultTimeout, test } from "bun:test";
import postgres from "postgres";
import { tests } from "../../../src/rows/tables.ts";
import { makeReady } from "../../../src/store/make-ready.ts";
import { spoolWith } from "../../commands/spool-with.ts";
import { ingester, runIngester } from "../../e2e/run-ingester.ts";
import { until } from "../../faults/until.ts";
import { missingNames, openStore, prepareStore, storeOptions } from "../prepared-store.ts";
import { storeKinds } from "../store-kinds.ts";
import { readStored, rowSet } from "../stored.ts";
import { readCatalogue } from "./catalogue.ts";

setDefaultTimeout(120_000);

const kinds = storeKinds.filter(({ name }) => name.startsWith("Postgres"));

const stored = { id: "a:1", origin: "a", build_id: "a:b", path: "boot" };
const later = { id: "a:2", origin: "a", build_id: "a:b", comment: "new", number_prefix: "metric" };

/** A database whose `tests` and `builds` are of a time before some of their columns, with a row. */
async function agedStore(kind: (typeof kinds)[number]) {
  const prepared = await prepareStore(kind);
  await prepared.store.write(rowSet(tests, stored));
  await prepared.database.query("alter table tests drop column comment, drop column number_prefix");
  await prepared.database.query("alter table builds drop column input_files");
  return prepared;
}

const statements = [
  "alter table builds add column if not exists input_files jsonb",
  "alter table tests add column if not exists comment text, add column if not exists number_prefix varchar(10)",
];
const names = ["builds.input_files", "tests.comment", "tests.number_prefix"];

describe.each(kinds)("columns that are missing on $name", (kind) => {
  test("are told with their statements, and added by migrate only when asked", async () => {
    await using aged = await agedStore(kind);
    const { database, store } = aged;
    const before = await readCatalogue(database);
    const hint = `run: kci-ingester migrate --alter --database URL, or as SQL: ${statements.join("; ")}`;
    await expect(makeReady(database.url, storeOptions)).rejects.toMatchObject({
      ...{ class: "operator", hint, message: `the database lacks ${names.join(", ")}` },
    });
    using spool = spoolWith({});
    for (const words of [["migrate"], ["doctor"], ["monitor", "--once"]]) {
      const run = await spool.run(...words, "--database", database.url);
      expect([run.exitCode, run.stdout + run.stderr]).toEqual([78, expect.stringContaining(hint)]);
      expect(await readCatalogue(database)).toEqual(before);
    }
    const words = ["migrate", "--alter", "--database", database.url];
    const run = await runIngester(ingester, words);
    expect(run).toEqual({ exitCode: 0, stderr: "", stdout: `added ${names.join(", ")}\n` });
    expect(await makeReady(database.url, storeOptions)).toEqual([]);
    await store.write(rowSet(tests, later));
    expect(await readStored(database, tests)).toMatchObject([stored, later]);
    const again = await runIngester(ingester, words);
    expect(again).toEqual({ exitCode: 0, stderr: "", stdout: "nothing to do: all tables exist\n" });
  });

  test("are added by the statements themselves", async () => {
    await using aged = await agedStore(kind);
    for (const statement of statements) await aged.database.query(statement);
    expect(await aged.store.missing()).toEqual([]);
    await aged.store.write(rowSet(tests, later));
    expect(await readStored(aged.database, tests)).toMatchObject([stored, later]);
  });

  test("are the owner's to add: another role is told whom to ask", async () => {
    await using aged = await agedStore(kind);
    const { database } = aged;
    const role = `kci_${Bun.randomUUIDv7().replaceAll("-", "")}`;
    const [{ owner } = {}] = await database.query("select quote_ident(current_user) as owner");
    await database.query(`create role ${role} login password 'guest'`);
    try {
      await database.query(
        `grant select, insert, update on all tables in schema public to ${role}`,
      );
      const url = new URL(database.url);
      [url.username, url.password] = [role, "guest"];
      const before = await readCatalogue(database);
      const hint = `as ${owner}, the owner of the tables, run: ${statements.join("; ")}`;
      await expect(makeReady(url.href, storeOptions)).rejects.toMatchObject({ hint });
      const words = ["migrate", "--alter", "--database", url.href];
      const run = await runIngester(ingester, words);
      expect([run.exitCode, run.stderr]).toEqual([78, expect.stringContaining(hint)]);
      expect(await readCatalogue(database)).toEqual(before);
    } finally {
      await database.query(`drop owned by ${role}; drop role ${role}`);
    }
  });

  test("are given up where the table is in use, and nobody waits behind them for long", async () => {
    await using aged = await agedStore(kind);
    const { database } = aged;
    // To read a single partition locks that alone.
    const read = kind.name === "Postgres" ? "tests" : "tests_1";
    await using reader = connection(database.url);
    await using visitor = connection(database.url);
    const { promise: end, resolve: finish } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const reading = reader.sql.begin(async (transaction) => {
      await transaction.unsafe(`select count(*) from ${read}`);
      begin();
      await end;
    });
    await begun;
    const words = ["migrate", "--alter", "--database", database.url];
    const run = runIngester(ingester, words);
    await until(async () => {
      const [{ waits } = {}] = await database.query(
        "select count(*)::int as waits from pg_locks where not granted and mode = 'AccessExclusiveLock' and database = (select oid from pg_database where datname = current_database())",
      );
      return Number(waits) > 0;
    });
    // The dashboard's query comes behind the lock, and is served while the long one goes on.
    await visitor.sql`select count(*) from tests`;
    const { exitCode, stderr } = await run;
    expect([exitCode, stderr]).toEqual([
      69,
      expect.stringMatching(
        /in use and was not altered: alter table tests .*\n.*others do not queue/,
      ),
    ]);
    expect(await missingNames(aged.store)).toEqual(names.slice(1));
    finish();
    await reading;
    expect((await runIngester(ingester, words)).exitCode).toBe(0);
    expect(await aged.store.missing()).toEqual([]);
  });
});

describe.each(kinds.slice(0, 1))("what migrate never alters on $name", (kind) => {
  test.each([
    {
      title: "a column that needs a value",
      statement: "alter table tests drop column origin",
      says: "the database lacks tests.origin",
      hint: "tests.origin must not be NULL, and only you know its value for existing rows: alter table tests add column origin text; update tests set origin = VALUE; alter table tests alter column origin set not null",
    },
    {
      title: "a column of another type",
      statement: "alter table tests alter column number_value type text",
      says: "in the database tests.number_value is text, not double precision",
      hint: "alter table tests alter column number_value type double precision using number_value::double precision, which rewrites the table",
    },
    {
      title: "a column that is generated",
      statement:
        "alter table tests drop column number_value; alter table tests add number_value double precision generated always as (1) stored",
      says: "in the database tests.number_value is generated, not double precision",
      hint: "alter table tests alter column number_value drop expression",
    },
    {
      title: "a column that takes its values from a sequence",
      statement: "alter table issues alter column version add generated always as identity",
      says: "in the database issues.version is generated, not integer",
      hint: "alter table issues alter column version drop identity",
    },
  ])("is told with what to do: $title", async ({ statement, says, hint }) => {
    await using prepared = await prepareStore(kind);
    const { database } = prepared;
    await database.query(statement);
    const before = await readCatalogue(database);
    using spool = spoolWith({});
    for (const words of [["migrate"], ["migrate", "--alter"], ["doctor"], ["monitor", "--once"]]) {
      const run = await spool.run(...words, "--database", database.url);
      const said = run.stdout + run.stderr;
      expect([run.exitCode, said]).toEqual([78, expect.stringContaining(hint)]);
      if (words[0] !== "doctor") expect(said).toContain(says);
    }
    await expect(makeReady(database.url, storeOptions)).rejects.toMatchObject({
      message: says,
      hint,
    });
    expect(await readCatalogue(database)).toEqual(before);
  });

  test("is no gap where a column takes all that is sent: other strings, domains", async () => {
    await using prepared = await prepareStore(kind);
    const { database } = prepared;
    await using store = await openStore(database.url);
    await database.query(
      "create domain measure as double precision; create domain words as varchar",
    );
    await database.query("create type verdict as enum ('PASS', 'FAIL')");
    await database.query(
      "alter table tests alter number_value type measure, alter comment type words, alter path type varchar(300), alter log_url type char(90), alter status type verdict using null",
    );
    expect(await store.missing()).toEqual([]);
    await store.write(rowSet(tests, { ...later, number_value: 1.5, status: "PASS", path: "boot" }));
    expect(await readStored(database, tests)).toMatchObject([
      { number_value: 1.5, status: "PASS" },
    ]);
  });
});

function connection(url: string) {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  return { sql, [Symbol.asyncDispose]: () => sql.end({ timeout: 1 }) };
}
