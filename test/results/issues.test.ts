import { describe, expect, test } from "bun:test";
import { readIncidentSpans, readIncidentsOf } from "../../src/results/issues.ts";
import { sql } from "../../src/store/statement.ts";
import { kinds } from "../databases.ts";
import { drawResults } from "./draw-results.ts";
import { halves, readableDatabase } from "./read-on.ts";

const seed = Number(process.env.RESULTS_SEED ?? 20261128);

describe.each(kinds)("issues on $name", (kind) => {
  test("are summed up as all their incidents would be", async () => {
    await using on = await readableDatabase(kind);
    const { reader } = on;
    let several = 0;
    for (let at = 0; at < 20; at++) {
      await on.empty();
      await on.write(...halves(drawResults(seed + at)));
      const rows = await reader.query(sql`select distinct n.issue_id as id from incidents n`);
      const ids = [...rows.map(({ id }) => String(id)), "drawn:nowhere"];
      const spans = await readIncidentSpans(reader, ids);
      const whole = await readIncidentsOf(reader, ids);
      expect([...spans.keys()].sort()).toEqual([...whole.keys()].sort());
      for (const [id, incidents] of whole) {
        const tests = new Set(incidents.flatMap(({ test_id }) => test_id ?? []));
        const builds = incidents.filter(({ test_id }) => test_id === null);
        expect(spans.get(id)).toEqual({
          first: incidents[0],
          last: incidents.at(-1),
          builds: new Set(builds.flatMap(({ build_id }) => build_id ?? [])).size,
          tests: tests.size,
        });
        if (incidents.length > 2) several++;
      }
    }
    expect(several).toBeGreaterThan(3);
  }, 120_000);
});
