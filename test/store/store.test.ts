import { describe, expect, test } from "bun:test";
import type { RowSet } from "../../src/rows/row.ts";
import { checkouts, tests } from "../../src/rows/tables.ts";
import { addRows } from "../../src/rows/to-rows.ts";
import { storeKind } from "../../src/store/store-kind.ts";
import { kinds } from "../databases.ts";

const options = { connectTimeoutMs: 5_000, statementTimeoutMs: 20_000 };
const t1 = "2026-01-01T00:00:00.000000Z";

describe.each(kinds)("a store on $name", ({ create }) => {
  test("holds what was written", async () => {
    await using database = await create();
    await using store = await (await storeKind(database.url)).open(database.url, options);
    expect((await store.missing()).length).toBe(9);
    const made = await store.migrate();
    expect(made.tables).toContain("tests");
    expect(await store.missing()).toEqual([]);
    const rows: RowSet = new Map();
    addRows(
      rows,
      {
        version: { major: 5, minor: 3 },
        checkouts: [{ id: "a:1", origin: "a", start_time: "2025-01-01T00:00:00Z", misc: { a: 1 } }],
        tests: [
          {
            id: "a:t",
            origin: "a",
            build_id: "a:b",
            path: "boot",
            environment: { compatible: ["a", 'b"\\'] },
            status: "PASS",
          },
        ],
      },
      t1,
    );
    await store.write(rows);
    await store.write(rows);
    console.log(
      await database.query("select * from checkouts"),
      await database.query("select * from tests"),
      await database.query("select * from pending_test"),
      await database.query("select * from tree_listing"),
    );
    expect(checkouts.name + tests.name).toBe("checkoutstests");
  });
});
