import { expect, test } from "bun:test";
import { anyUndated } from "../../../src/store/sqlite/withhold.ts";
import { sqlite } from "../../databases.ts";
import { prepareStore } from "../prepared-store.ts";

test("an index that is mostly empty says whether any checkout is undated", async () => {
  await using prepared = await prepareStore(sqlite);
  const plan = await prepared.database.query(`explain query plan ${anyUndated}`);
  expect(plan.map(({ detail }) => detail)).toEqual([
    expect.stringMatching(/^(?:SCAN|SEARCH) checkouts USING (?:COVERING )?INDEX checkouts_undated/),
  ]);
});
