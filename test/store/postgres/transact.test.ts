import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import postgres, { type Sql, type TransactionSql } from "postgres";
import { transact } from "../../../src/store/postgres/transact.ts";
import { kinds, type TestDatabase } from "../../databases.ts";
import { type Proxy as Network, startProxy } from "../../faults/proxy.ts";

const kind = kinds.find(({ name }) => name === "Postgres");

describe.skipIf(!kind)("a transaction on Postgres", () => {
  let database: TestDatabase;
  let proxy: Network;
  const connect = (viaProxy = false): Sql => {
    const url = new URL(database.url);
    if (viaProxy) url.port = String(proxy.port);
    return postgres(url.href, { max: 1, onnotice: () => {}, backoff: false, fetch_types: false });
  };
  const notes = async () => (await database.query("select note from notes")).map((row) => row.note);
  const write = (note: string) => (sql: TransactionSql) => sql`insert into notes values (${note})`;

  beforeAll(async () => {
    if (!kind) return;
    database = await kind.create();
    proxy = await startProxy(Number(new URL(database.url).port));
    await database.query("create table notes (note text primary key)");
  });

  afterAll(async () => {
    proxy?.[Symbol.dispose]();
    await database?.[Symbol.asyncDispose]();
  });

  test("is committed, and the connection is good for the next", async () => {
    await using sql = ending(connect());
    await transact(sql.sql, write("first"));
    await transact(sql.sql, write("second"));
    expect(await notes()).toEqual(expect.arrayContaining(["first", "second"]));
  });

  test("is rolled back where the server refuses, and the connection is good for the next", async () => {
    await using sql = ending(connect());
    const work = async (t: TransactionSql) => {
      await write("half")(t);
      await t`select 1 / 0`;
    };
    expect(await transact(sql.sql, work).catch(({ code }) => code)).toBe("22012");
    await transact(sql.sql, async (t) => {
      const inner = transact(t, work).catch(({ code }) => code);
      expect(await inner).toBe("22012");
      await write("next")(t);
    });
    expect(await notes()).not.toContain("half");
    expect(await notes()).toContain("next");
  });

  test.each([
    {
      title: "the network cuts",
      cut: async () => proxy.cut(),
      code: /^(CONNECTION_CLOSED|ECONNRESET)$/,
    },
    {
      title: "the server ends",
      cut: async () => {
        await database.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'victim'",
        );
      },
      code: /^(CONNECTION_CLOSED|57P01)$/,
    },
  ])("fails at once, with nothing thrown elsewhere, when $title its connection", async (how) => {
    const thrown: unknown[] = [];
    const note = (cause: unknown) => thrown.push(cause);
    process.on("uncaughtException", note).on("unhandledRejection", note);
    await using sql = ending(connect(true));
    const startMs = performance.now();
    const work = async (t: TransactionSql) => {
      await t`set application_name = 'victim'`;
      await write(how.title)(t);
      const waiting = t`select pg_sleep(30)`.then(() => "slept");
      waiting.catch(() => {});
      await Bun.sleep(50);
      await how.cut();
      return waiting;
    };
    const whole = transact(sql.sql, (t) => transact(t, work));
    const code = await whole.catch((cause) => cause.code);
    expect(code).toMatch(how.code);
    expect(performance.now() - startMs).toBeLessThan(5_000);
    // What the driver writes late, it writes in one of the next rounds.
    await Bun.sleep(100);
    process.off("uncaughtException", note).off("unhandledRejection", note);
    expect(thrown).toEqual([]);
    expect(await notes()).not.toContain(how.title);
  });
});

/** A connection that is given up at the end of its scope. */
function ending(sql: Sql): AsyncDisposable & { sql: Sql } {
  return { sql, [Symbol.asyncDispose]: () => sql.end({ timeout: 0 }) };
}
