import { describe, expect, test } from "bun:test";
import { nameRepositories } from "../../src/prepare/name-repositories.ts";
import type { RowSet } from "../../src/rows/row.ts";
import { checkouts } from "../../src/rows/tables.ts";
import { checkoutTable, givenTrees } from "../prepare/trees-of-checkouts.ts";
import { prepareStore } from "./prepared-store.ts";
import { storeKinds } from "./store-kinds.ts";
import { readAllStored, rowOf } from "./stored.ts";

describe.each(storeKinds)("names of trees from the checkouts of $name", (kind) => {
  test("are those of the hand-checked table, and reading them changes nothing", async () => {
    await using prepared = await prepareStore(kind);
    const { store, database } = prepared;
    // Several of each, as there are in a database.
    const lines = [...checkoutTable, ...checkoutTable];
    const rows: RowSet = new Map([
      [
        checkouts,
        lines.map(([origin, tree_name, git_repository_url], at) =>
          rowOf(checkouts, { id: `a:${at}`, origin, tree_name, git_repository_url }),
        ),
      ],
    ]);
    await store.write(rows);
    const before = await readAllStored(database);
    const { ofOrigin, ofOthers } = await store.trees("maestro", givenTrees.keys());
    const names = nameRepositories(givenTrees, ofOrigin, ofOthers);
    const found = checkoutTable.map(([, , url]) =>
      url === null ? null : (names.get(url) ?? null),
    );
    expect(found).toEqual(checkoutTable.map(([, , , expected]) => expected));
    expect(await readAllStored(database)).toEqual(before);
  });

  test("are told once each, without the repositories that have a name; of an empty table none", async () => {
    await using prepared = await prepareStore(kind);
    const { store } = prepared;
    expect(await store.trees("maestro", [])).toEqual({ ofOrigin: [], ofOthers: [] });
    const line = { tree_name: "t", git_repository_url: "https://a/b" };
    await store.write(
      new Map([
        [
          checkouts,
          [
            ...[1, 2].map((n) => rowOf(checkouts, { id: `a:${n}`, origin: "maestro", ...line })),
            ...[3, 4].map((n) => rowOf(checkouts, { id: `a:${n}`, origin: "b", ...line })),
            rowOf(checkouts, { id: "a:5", origin: "b" }),
          ],
        ],
      ]),
    );
    const pair = ["t", "https://a/b"] as const;
    expect(await store.trees("maestro", [])).toEqual({ ofOrigin: [pair], ofOthers: [pair] });
    expect(await store.trees("maestro", ["https://a/b"])).toEqual({ ofOrigin: [], ofOthers: [] });
  });
});
