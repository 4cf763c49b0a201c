import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { builds, tables } from "../../src/rows/tables.ts";
import { trialRows } from "../../src/rows/trial-rows.ts";
import { StoreFault } from "../../src/store/fault.ts";
import { tryOut } from "../../src/worker/try-out.ts";
import { kinds } from "../databases.ts";
import { prepareStore } from "../store/prepared-store.ts";
import { rowSet } from "../store/stored.ts";

setDefaultTimeout(60_000);

describe.each(kinds)("on $name", (kind) => {
  test("every trial row goes into a database as migrate makes it, and none is left there", async () => {
    await using prepared = await prepareStore(kind);
    for (const table of tables) {
      const { usual, extreme } = trialRows(table);
      for (const rows of [...usual, extreme]) {
        expect(rows.get(table)).not.toHaveLength(0);
        await prepared.store.tryOut(rows);
      }
      expect(await prepared.database.query(`select 1 as one from ${table.name}`)).toEqual([]);
    }
    // The store goes on after.
    const build = { id: "a:1", origin: "a", checkout_id: "a:c" };
    await prepared.store.write(rowSet(builds, build));
    expect(await prepared.database.query("select id from builds")).toEqual([{ id: "a:1" }]);
  });

  test("a rule that trial rows meet is told from one that only some rows do", async () => {
    await using prepared = await prepareStore(kind);
    const { store, database } = prepared;
    const row = { id: "a:bad", origin: "a", checkout_id: "a:c" };
    const refusal = async () => {
      try {
        await store.write(rowSet(builds, row));
      } catch (cause) {
        if (cause instanceof StoreFault && cause.rows) return cause.rows;
      }
      throw new Error("it was not refused");
    };
    const begin = (when: string) =>
      database.query(
        kind.name === "SQLite"
          ? `create trigger r before insert on builds when ${when} begin select raise(abort, 'x'); end`
          : `alter table builds add constraint r check (not (${when.replace("new.", "")})) not valid`,
      );
    const end = kind.name === "SQLite" ? "drop trigger r" : "alter table builds drop constraint r";
    await begin("new.id like '%bad'");
    expect(await tryOut(store, [await refusal()])).toEqual([]);
    await database.query(end);
    await begin("new.id like '%'");
    const some = await refusal();
    expect(await tryOut(store, [some, some])).toEqual([some.key]);
  });
});

test.skipIf(kinds.length < 2)(
  "a column that holds less than ours is found by the largest values",
  async () => {
    const kind = kinds[1];
    if (!kind) throw new Error("no Postgres");
    await using prepared = await prepareStore(kind);
    const { store, database } = prepared;
    const status = { key: "22001 builds", table: "builds", blame: "limits" } as const;
    expect(await tryOut(store, [status])).toEqual([]);
    await database.query("alter table builds alter log_excerpt type varchar(16000)");
    expect(await tryOut(store, [status])).toEqual([status.key]);
  },
);
