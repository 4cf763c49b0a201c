import { describe, expect, test } from "bun:test";
import { listByKind, listTests } from "../../src/results/list-runs.ts";
import { amongLastFailed, ofCheckoutIds } from "../../src/results/recent.ts";
import { ownText } from "../../src/store/statement.ts";
import { kinds } from "../databases.ts";
import { drawResults } from "./draw-results.ts";
import { halves, readableDatabase } from "./read-on.ts";

const seed = Number(process.env.RESULTS_SEED ?? 20261128);
const filter = { status: ["FAIL"] };
/** So many of the failures that began last are looked through first. */
const counts = [0, 1, 3, 8, 20];

describe.each(kinds)("boots and other tests on $name", (kind) => {
  test("are listed together as they are one by one, whatever is looked through first", async () => {
    await using on = await readableDatabase(kind);
    const { reader } = on;
    let filled = 0;
    for (let at = 0; at < 12; at++) {
      await on.empty();
      await on.write(...halves(drawResults(seed + at)));
      const rows = await reader.query(
        at % 3 === 0
          ? ownText("select id from checkouts")
          : ownText("select id from checkouts order by id limit 3"),
      );
      const ids = rows.map(({ id }) => String(id));
      const where = ofCheckoutIds(reader.dialect, "tests", ids);
      for (const limit of [1, 2, 100]) {
        const options = { filter, limit, where, isOfCheckouts: true };
        const apart = [
          await listTests(reader, "boot", options),
          await listTests(reader, "test", options),
        ];
        expect(await listByKind(reader, options)).toEqual(apart as never);
        for (const count of counts) {
          const first = await amongLastFailed(reader, ids, count);
          expect(await listByKind(reader, options, first)).toEqual(apart as never);
          if (first && apart.every(({ next }) => next !== undefined)) filled++;
        }
      }
    }
    if (kind.name === "SQLite") expect(filled).toBeGreaterThan(5);
  }, 120_000);
});
