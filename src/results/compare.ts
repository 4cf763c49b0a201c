import type { Reader } from "../store/reader.ts";
import { allOf, isOneOf, ownText, type Statement, sql } from "../store/statement.ts";
import { select } from "./field.ts";
import { buildIdentity, comparedTestIdentity } from "./identity.ts";
import { inParts } from "./in-parts.ts";
import { type Pair, pairRuns } from "./pair-runs.ts";
import { type BuildRun, buildFields, fromBuilds, type TestRun, testFields } from "./runs.ts";
import { addStatus, emptyTally, type RunTally } from "./tally.ts";
import { isBootPath, isRealBuild } from "./words.ts";

/** What of a build is compared and shown. */
export type ComparedBuild = Pick<
  BuildRun,
  "id" | "status" | "start_time" | "_timestamp" | "config_name" | "architecture" | "compiler"
>;

/** What of a test is compared and shown. */
export type ComparedTest = ComparedBuild & Pick<TestRun, "path" | "platform">;

/** Two commits side by side. */
export interface Comparison {
  /** What was found of each, dummy builds and their tests left out. */
  readonly older: RunTally;
  readonly newer: RunTally;
  readonly builds: Pair<ComparedBuild>[];
  readonly boots: Pair<ComparedTest>[];
  readonly tests: Pair<ComparedTest>[];
}

/**
 * Compares what was found on the checkouts of an older commit and of a newer one, given by their ids: all of
 * them, for labs send one checkout for each build. The dashboard looks at the newest of each alone.
 */
export async function compareCheckouts(
  db: Reader,
  older: readonly string[],
  newer: readonly string[],
): Promise<Comparison> {
  const [before, after] = [await readSide(db, older), await readSide(db, newer)];
  return {
    older: before.tally,
    newer: after.tally,
    builds: pairRuns(before.builds, after.builds, buildIdentity),
    boots: pairRuns(before.boots, after.boots, comparedTestIdentity),
    tests: pairRuns(before.tests, after.tests, comparedTestIdentity),
  };
}

// --- internal ---

interface Side {
  readonly tally: RunTally;
  readonly builds: ComparedBuild[];
  readonly boots: ComparedTest[];
  readonly tests: ComparedTest[];
}

async function readSide(db: Reader, checkoutIds: readonly string[]): Promise<Side> {
  const side: Side = { tally: emptyTally(), builds: [], boots: [], tests: [] };
  for (const some of inParts(checkoutIds)) {
    const where = allOf([isOneOf(ownText("b.checkout_id"), some), isRealBuild]);
    side.builds.push(...(await readComparedBuilds(db, where)));
    for (const test of await readComparedTests(db, where)) {
      side[isBootPath(test.path) ? "boots" : "tests"].push(test);
    }
  }
  for (const kind of ["builds", "boots", "tests"] as const) {
    for (const { status } of side[kind]) addStatus(side.tally[kind], status);
  }
  return side;
}

const { architecture, compiler, config_name } = buildFields;

function readComparedBuilds(db: Reader, where: Statement): Promise<ComparedBuild[]> {
  const { id, status, start_time, _timestamp } = buildFields;
  const fields = { id, status, start_time, _timestamp, config_name, architecture, compiler };
  return select<ComparedBuild>(db, fields, sql`${fromBuilds} where ${where}`);
}

function readComparedTests(db: Reader, where: Statement): Promise<ComparedTest[]> {
  const { id, status, start_time, _timestamp, path, platform } = testFields;
  return select<ComparedTest>(
    db,
    {
      ...{ id, status, start_time, _timestamp, path, platform },
      ...{ config_name, architecture, compiler },
    },
    sql`from builds b join tests t on t.build_id = b.id where ${where}`,
  );
}
