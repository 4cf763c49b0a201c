import { describe, expect, test } from "bun:test";
import { checkouts, tests, treeListing } from "../../src/rows/tables.ts";
import { ingester, runIngester } from "../e2e/run-ingester.ts";
import { openStore, prepareStore } from "./prepared-store.ts";
import { storeKinds } from "./store-kinds.ts";
import { readStored } from "./stored.ts";

describe.each(storeKinds)("several processes on one $name database", (kind) => {
  test("write the same keys in opposite orders and lose nothing", async () => {
    await using prepared = await prepareStore(kind);
    const writers = ["0", "1", "2", "3"].map((name) => {
      const order = Number(name) % 2 === 0 ? "forward" : "backward";
      const script = `${import.meta.dir}/write-process.ts`;
      const words = [process.execPath, script, prepared.database.url, name, order];
      return Bun.spawn(words, { stdout: "pipe", stderr: "pipe" });
    });
    for (const writer of writers) {
      const complaint = await new Response(writer.stderr).text();
      expect([await writer.exited, complaint]).toEqual([0, ""]);
    }
    const stored = await readStored(prepared.database, tests);
    expect(stored).toHaveLength(400);
    for (const row of stored) {
      expect(row).toMatchObject({
        ...{ log_url: "0", path: "1", log_excerpt: "2", environment_comment: "3" },
        comment: expect.stringMatching(/^[0-3]$/),
      });
    }
    expect(await readStored(prepared.database, checkouts)).toHaveLength(400);
    const listed = await readStored(prepared.database, treeListing);
    expect(listed).toHaveLength(400);
    expect(new Set(listed.map((row) => row.checkout_id))).toEqual(new Set(["a:3"]));
  });

  test("migrate at once, and the tables are made once", async () => {
    await using database = await kind.create();
    const words = ["migrate", "--json", "--database", database.url];
    const runs = await Promise.all(Array.from({ length: 4 }, () => runIngester(ingester, words)));
    expect(runs.map((run) => [run.exitCode, run.stderr])).toEqual(Array(4).fill([0, ""]));
    const made = runs.map((run) => (JSON.parse(run.stdout) as { tables: string[] }).tables);
    expect(made.flat().toSorted()).toEqual([...new Set(made.flat())].toSorted());
    await using store = await openStore(database.url);
    expect(await store.missing()).toEqual([]);
  });
});
