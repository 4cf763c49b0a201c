import { builds } from "../rows/tables.ts";
import type { Reader } from "../store/reader.ts";
import { allOf, isOneOf, ownText, sql } from "../store/statement.ts";
import { countStatuses } from "./count-statuses.ts";
import { column } from "./field.ts";
import { inParts } from "./in-parts.ts";
import { addTally, emptyTally, type RunTally } from "./tally.ts";
import { isRealBuild } from "./words.ts";

/** The tallies of checkouts, by their ids; one of which nothing is there has none. */
export async function tallyCheckouts(
  db: Reader,
  ids: readonly string[],
): Promise<Map<string, RunTally>> {
  const tallies = new Map<string, RunTally>();
  const tallyOf = (id: string) => {
    const tally = tallies.get(id) ?? emptyTally();
    tallies.set(id, tally);
    return tally;
  };
  for (const some of inParts(ids)) {
    const ofThese = isOneOf(ownText("b.checkout_id"), some);
    const built = await countStatuses<{ id: string }>(
      db,
      "builds",
      { id: checkoutId },
      sql`from builds b where ${allOf([ofThese, isRealBuild])} group by 1`,
    );
    for (const { id, counts } of built) tallyOf(id).builds = counts.others;
    const tested = await countStatuses<{ id: string }>(
      db,
      "tests",
      { id: checkoutId },
      sql`from builds b join tests t on t.build_id = b.id where ${ofThese} group by 1`,
    );
    for (const { id, counts } of tested) {
      const tally = tallyOf(id);
      tally.boots = counts.boots;
      tally.tests = counts.others;
    }
  }
  return tallies;
}

/** The tally of all of some checkouts. */
export async function tallyOfAll(db: Reader, ids: readonly string[]): Promise<RunTally> {
  const sum = emptyTally();
  for (const tally of (await tallyCheckouts(db, ids)).values()) addTally(sum, tally);
  return sum;
}

// --- internal ---

const checkoutId = column("b", builds, "checkout_id");
