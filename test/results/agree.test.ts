import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { kinds } from "../databases.ts";
import { agreements } from "./agree.ts";
import { apartOn } from "./apart.ts";
import { drawResults } from "./draw-results.ts";
import { halves, type ReadableDatabase, readableDatabase } from "./read-on.ts";

const seed = Number(process.env.RESULTS_SEED ?? 20260801);
const count = Number(process.env.RESULTS_DRAWS ?? 200);
/** Of a server's answers each database is asked for a part, the next one for another, unless for all. */
const parts = process.env.RESULTS === "full" ? 1 : 4;

describe.each(kinds)("what is read on $name", (kind) => {
  let on: ReadableDatabase;

  beforeAll(async () => {
    on = await readableDatabase(kind);
  });
  afterAll(async () => {
    await on?.[Symbol.asyncDispose]();
  });

  test(`agrees with SQL that was written apart (${count} databases, seed ${seed})`, async () => {
    for (let at = 0; at < count; at++) {
      await on.empty();
      await on.write(...halves(drawResults(seed + at)));
      for (const [place, [name, agree]] of Object.entries(agreements).entries()) {
        if (kind.name === "Postgres" && place % parts !== at % parts) continue;
        try {
          await agree(on.reader, apartOn(on.database), at);
        } catch (cause) {
          throw new Error(`${name}, seed ${seed + at}`, { cause });
        }
      }
    }
  }, 120_000);
});

test("what is drawn has nulls in every field that may be absent, and every kind of loose end", () => {
  const draws = Array.from({ length: 200 }, (_, at) => drawResults(seed + at));
  const objects = draws.flatMap(({ checkouts = [], builds = [], tests = [] }) => [
    ...[...checkouts, ...builds, ...tests],
  ]);
  for (const field of ["start_time", "status", "path", "tree_name", "git_commit_hash", "misc"]) {
    const having = objects.filter((one) => field in one).length;
    expect([field, having > 50, having < objects.length]).toEqual([field, true, true]);
  }
  const ids = draws.flatMap(({ builds = [] }) => builds.map(({ id }) => id));
  expect(ids.filter((id) => id.startsWith("maestro:dummy_")).length).toBeGreaterThan(20);
});
