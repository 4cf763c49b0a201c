import { expect, test } from "bun:test";
import { readTestHistories } from "../../src/results/histories.ts";
import { listTests } from "../../src/results/list-runs.ts";
import { sqlite } from "../databases.ts";
import { readableDatabase } from "./read-on.ts";

test("runs that are alike and wait for the same build have each a history of their own", async () => {
  await using on = await readableDatabase(sqlite);
  const of = { origin: "o", build_id: "o:gone", path: "boot", status: "FAIL" };
  await on.write({
    version: { major: 5, minor: 3 },
    tests: ["o:1", "o:2", "o:3"].map((id) => ({ id, ...of })),
  });
  const { rows } = await listTests(on.reader, "boot", { limit: 10 });
  const histories = await readTestHistories(on.reader, rows, { upToItself: true });
  const first = rows.map(({ id }) => histories.get(id)?.runs[0]?.id);
  expect(first).toEqual(rows.map(({ id }) => id));
});
