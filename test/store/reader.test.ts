import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { StoreFault } from "../../src/store/fault.ts";
import { decodeValue } from "../../src/store/reader.ts";
import { allOf, anyOf, isOneOf, ownText, sql } from "../../src/store/statement.ts";
import { storeKind } from "../../src/store/store-kind.ts";
import { kinds } from "../databases.ts";
import { openReader, type ReadableDatabase, readableDatabase } from "../results/read-on.ts";
import { temporaryFolder } from "../temporary.ts";

describe("a statement", () => {
  test("keeps values out of its text, also those of its parts", () => {
    const inner = sql`b = ${"x' or 1=1"} and c in (${1}, ${null})`;
    expect(sql`select ${ownText("a")} from t where ${inner} limit ${2}`).toEqual({
      pieces: ["select a from t where b = ", " and c in (", ", ", ") limit ", ""],
      values: ["x' or 1=1", 1, null, 2],
    });
  });

  test("of no conditions holds for all, of no values for none", () => {
    expect(allOf([]).pieces.join("")).toBe("1 = 1");
    expect(anyOf([]).pieces.join("")).toBe("1 = 0");
    expect(isOneOf(ownText("a"), []).pieces.join("")).toBe("1 = 0");
    expect(isOneOf(ownText("a"), ["x", "y"])).toEqual({
      pieces: ["a in (", ", ", ")"],
      values: ["x", "y"],
    });
  });
});

describe.each(kinds)("a reader of $name", (kind) => {
  let on: ReadableDatabase;

  beforeAll(async () => {
    on = await readableDatabase(kind);
    await on.write({
      version: { major: 5, minor: 3 },
      checkouts: [
        {
          ...{ id: "o:c", origin: "o", git_commit_tags: ["v1", 'a"b'], valid: true },
          ...{ start_time: "2026-07-01T01:02:03.25+02:00", misc: { a: [1, null] } },
        },
      ],
    });
  });
  afterAll(async () => {
    await on?.[Symbol.asyncDispose]();
  });

  test("gives the same values as any other kind", async () => {
    const { dialect } = on.reader;
    const columns = [
      ["start_time", "timestamp"],
      ["misc", "json"],
      ["git_commit_tags", "text[]"],
      ["valid", "boolean"],
      ["tree_name", "text"],
    ] as const;
    const list = columns.map(([name, type]) => `${dialect.selected(name, type)} as ${name}`);
    const [row = {}] = await on.reader.query(
      sql`select ${ownText(list.join(", "))} from checkouts`,
    );
    expect(columns.map(([name, type]) => decodeValue(row[name], type))).toEqual([
      "2026-06-30T23:02:03.250000Z",
      { a: [1, null] },
      ["v1", 'a"b'],
      true,
      null,
    ]);
  });

  test("can change nothing", async () => {
    const attempts = [
      sql`delete from checkouts`,
      sql`insert into issues (id, version, origin) values ('a', 1, 'o')`,
      sql`create table mine (a text)`,
      sql`drop table checkouts`,
    ];
    for (const attempt of attempts) {
      await expect(on.reader.query(attempt)).rejects.toBeInstanceOf(StoreFault);
      await on.reader.query(sql`select 1 as one`);
    }
    expect(await on.database.query("select id from checkouts")).toHaveLength(1);
  });

  test("takes any text for a value", async () => {
    const hostile = ["'; drop table checkouts; --", "\0", "\ud800", "%_*[?\\", "🎉".repeat(1000)];
    for (const text of hostile) {
      expect(await on.reader.query(sql`select id from checkouts where id = ${text}`)).toEqual([]);
      const like = on.reader.dialect.matches("id", text);
      expect(
        await on.reader.query(sql`select id from checkouts where ${like} and id <> 'o:c'`),
      ).toEqual([]);
    }
  });

  test("answers those that ask at once, and goes on after a mistake", async () => {
    const asked = [1, 2, 3, 4].map((n) => on.reader.query(sql`select ${ownText(`${n}`)} as n`));
    const mistake = on.reader.query(sql`select nothing from nowhere`);
    expect((await Promise.all(asked)).map(([row]) => Number(row?.n))).toEqual([1, 2, 3, 4]);
    await expect(mistake).rejects.toMatchObject({ class: "operator" });
    expect(await on.reader.query(sql`select 1 as n`)).toHaveLength(1);
  });
});

test.each(kinds)(
  "a statement that is asked again tells what came since, however many were between, on $name",
  async (kind) => {
    await using on = await readableDatabase(kind);
    const numberOf = async (from: number) => {
      const some = Array.from({ length: 100 }, (_, at) => from + at);
      for (const n of some) await on.reader.query(sql`select ${ownText(`${n}`)} as n`);
      const origins = ["o", ...some.flatMap((n) => Array.from({ length: 90 }, () => `n${n}`))];
      const isLong = isOneOf(ownText("c.origin"), origins);
      const long = await on.reader.query(sql`select c.id as id from checkouts c where ${isLong}`);
      expect(long).toHaveLength(from / 50);
      return on.reader.query(sql`select c.id as id from checkouts c where c.origin = ${"o"}`);
    };
    for (const n of [0, 1, 2]) {
      expect(await numberOf(n * 50)).toHaveLength(n);
      await on.write({
        version: { major: 5, minor: 3 },
        checkouts: [{ id: `o:${n}`, origin: "o" }],
      });
      // What is altered meanwhile is seen, too.
      await on.database.query(`alter table issues add column own_${n} text`);
    }
  },
);

describe("a file", () => {
  test("that is not there is told of, and none is made", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "none.db");
    await using reader = await openReader(`sqlite:${path}`);
    await expect(reader.query(sql`select 1 as n`)).rejects.toMatchObject({ class: "operator" });
    expect(existsSync(path)).toBe(false);
  });

  test("that takes the place of another is the one that is read", async () => {
    const [sqlite] = kinds;
    if (!sqlite) throw new Error("SQLite is always there");
    await using former = await readableDatabase(sqlite);
    await using latter = await readableDatabase(sqlite);
    await latter.write({
      version: { major: 5, minor: 3 },
      checkouts: [{ id: "o:n", origin: "o" }],
    });
    const pathOf = ({ url }: { url: string }) => storeKind(url).fileOf(url) ?? "";
    const ids = () => former.reader.query(sql`select id from checkouts`);
    expect(await ids()).toEqual([]);
    await latter.database.query("pragma wal_checkpoint(truncate)");
    renameSync(pathOf(latter.database), pathOf(former.database));
    expect(await ids()).toEqual([{ id: "o:n" }]);
  });
});

test.skipIf(kinds.length < 2)(
  "a question that takes too long is given up, on Postgres",
  async () => {
    const kind = kinds.find(({ name }) => name === "Postgres");
    if (!kind) return;
    await using database = await kind.create();
    await using reader = await storeKind(database.url).openReader(database.url, {
      connectTimeoutMs: 5_000,
      statementTimeoutMs: 50,
    });
    const slow = reader.query(sql`select pg_sleep(5) as slept`);
    await expect(slow).rejects.toMatchObject({ class: "transient", code: "57014" });
    expect(await reader.query(sql`select 1 as n`)).toEqual([{ n: 1 }]);
  },
);
