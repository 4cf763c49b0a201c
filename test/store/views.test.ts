import { describe, expect, test } from "bun:test";
import { views } from "../../src/store/views.ts";
import { kinds } from "../databases.ts";
import { drawResults } from "../results/draw-results.ts";
import { readableDatabase } from "../results/read-on.ts";
import { nothingMade, openStore } from "./prepared-store.ts";

const names = views.map(({ name }) => name);

describe.each(kinds)("views on $name", (kind) => {
  const isSqlite = kind.name === "SQLite";

  test("are made by migrate: unasked only in a file", async () => {
    await using database = await kind.create();
    await using store = await openStore(database.url);
    expect((await store.migrate()).views).toEqual(isSqlite ? names : []);
    expect((await store.migrate({ views: true })).views).toEqual(isSqlite ? [] : names);
    expect(await store.migrate({ views: true })).toEqual(nothingMade);
  });

  test("of a former version are made anew; what is not ours stays", async () => {
    await using database = await kind.create();
    await using store = await openStore(database.url);
    await store.migrate({ views: true });
    await database.query("drop view failures");
    await database.query("drop view results_by_commit");
    await database.query("create view failures as select 1 as mine");
    expect(await store.migrate({ views: true })).toMatchObject({
      views: isSqlite ? ["results_by_commit"] : ["test_runs", "boots", "results_by_commit"],
      others: ["failures"],
    });
    expect(await database.query("select * from failures")).toEqual([{ mine: 1 }]);
  });

  test("have every row that they are made of, once", async () => {
    await using on = await readableDatabase(kind);
    const store = await openStore(on.database.url);
    await store.migrate({ views: true });
    await store[Symbol.asyncDispose]();
    const count = async (text: string) =>
      Number(
        Object.values((await on.database.query(`select count(*) as n from ${text}`))[0] ?? {})[0],
      );
    for (let seed = 1; seed <= 10; seed++) {
      await on.empty();
      await on.write(drawResults(seed));
      expect(await count("test_runs")).toBe(await count("tests"));
      expect(await count("boots")).toBe(
        await count("tests where path = 'boot' or path like 'boot.%'"),
      );
      expect(await count("failures where kind <> 'build'")).toBe(
        await count("tests where status = 'FAIL'"),
      );
      const [sums = {}] = await on.database.query(
        `select coalesce(sum(builds_pass + builds_fail + builds_other), 0) as builds,
          coalesce(sum(boots_pass + boots_fail + boots_other), 0) as boots, coalesce(sum(checkouts), 0) as checkouts from results_by_commit`,
      );
      const isReal =
        "id not like 'maestro:dummy%' and exists (select 1 from checkouts c where c.id = checkout_id)";
      expect([Number(sums.builds), Number(sums.boots), Number(sums.checkouts)]).toEqual([
        await count(`builds where ${isReal}`),
        await count("boots where checkout_origin is not null"),
        await count("checkouts"),
      ]);
    }
  });
});

test.skipIf(kinds.length < 2)(
  "a view of others that is made of ours is not dropped with it, on Postgres",
  async () => {
    const kind = kinds.find(({ name }) => name === "Postgres");
    if (!kind) return;
    await using database = await kind.create();
    await using store = await openStore(database.url);
    await store.migrate({ views: true });
    await database.query("create view mine as select * from boots");
    await database.query(
      "comment on view boots is 'made by kci-ingester migrate --views, long ago'",
    );
    await expect(store.migrate({ views: true })).rejects.toMatchObject({
      ...{ class: "operator", code: "2BP01" },
      hint: expect.stringContaining("drop your own views"),
    });
    expect(await database.query("select * from mine")).toEqual([]);
  },
);
