import { finish, prepare } from "../../src/prepare/prepare.ts";
import type { RowSet } from "../../src/rows/row.ts";
import type { TestDatabase } from "../databases.ts";

/** What tells of a checkout, its start time, a build of it, and a test of that. */
export type Piece = "checkout" | "date" | "build" | "test";
export const pieces: readonly Piece[] = ["checkout", "date", "build", "test"];

/** The rows of one submission that holds some pieces of the objects that `name` tells from others. */
export function rowsOf(name: string, held: readonly Piece[], comment?: string): RowSet {
  const common = { id: `a:${name}`, origin: "a", ...(comment ? { comment } : {}) };
  const start = { start_time: "2026-01-01T00:00:00Z" };
  const environment = { misc: { platform: "rpi" }, compatible: ["c,d"] };
  const checkouts = held.flatMap((piece) => {
    const checkout = { ...common, tree_name: name };
    if (piece === "checkout") return [checkout];
    return piece === "date" ? [{ ...checkout, ...start }] : [];
  });
  const document = {
    version: { major: 5, minor: 3 },
    ...(checkouts.length > 0 ? { checkouts } : {}),
    ...(held.includes("build") ? { builds: [{ ...common, checkout_id: common.id }] } : {}),
    ...(held.includes("test")
      ? {
          tests: [
            {
              ...{ ...common, build_id: common.id, path: "boot.nfs", status: "SKIP", environment },
              ...{ ...start, misc: { runtime: "lab-x" } },
            },
          ],
        }
      : {}),
  };
  const prepared = prepare(Buffer.from(JSON.stringify(document)), new Map());
  if (!prepared.accepted) throw new Error(prepared.refusal.message);
  return finish(prepared.submission, "2026-01-01T00:00:00.000000Z").rows;
}

/**
 * A stand-in for the dashboard's aggregation, which ends for good at a test whose checkout has no start time:
 * takes the tests whose build and checkout are there, in the order of their ids, at most `max`, and deletes
 * them. Returns their ids. Throws where a checkout has no start time.
 */
export async function aggregate(database: TestDatabase, max = 1_000): Promise<string[]> {
  const rows = (await database.query(
    `select test_id, checkouts.start_time from pending_test
      join builds on builds.id = pending_test.build_id
      join checkouts on checkouts.id = builds.checkout_id
      order by test_id limit ${max}`,
  )) as { test_id: string; start_time: unknown }[];
  for (const { test_id, start_time } of rows) {
    if (start_time === null) throw new Error(`the checkout of ${test_id} has no start time`);
  }
  const ids = rows.map(({ test_id }) => test_id);
  const list = ids.map((id) => `'${id.replaceAll("'", "''")}'`).join(", ");
  if (list) await database.query(`delete from pending_test where test_id in (${list})`);
  return ids;
}
