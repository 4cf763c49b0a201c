import { builds, tests } from "../rows/tables.ts";
import type { Reader } from "../store/reader.ts";
import { type Statement, sql } from "../store/statement.ts";
import { column, columns, type FieldsOf, select } from "./field.ts";

/** What waits for something that has not arrived: of one origin, for one id. */
export interface Waiting {
  origin: string;
  /** The id of the build or checkout that it waits for. */
  waits_for: string;
  /** How many wait for it. */
  n: number;
  /** When the first of them was ingested. */
  oldest: string | null;
}

export interface WaitingList {
  readonly total: number;
  /** How many ids are waited for. */
  readonly ids: number;
  /** Those that most wait for, first. */
  readonly rows: Waiting[];
}

/** The tests whose build has not arrived. */
export function readWaitingTests(db: Reader, limit: number): Promise<WaitingList> {
  const source = sql`from tests t where not exists (select 1 from builds b where b.id = t.build_id)`;
  return readWaiting(db, "t", "build_id", source, limit);
}

/** The builds whose checkout has not arrived. */
export function readWaitingBuilds(db: Reader, limit: number): Promise<WaitingList> {
  const source = sql`from builds b where not exists (select 1 from checkouts c where c.id = b.checkout_id)`;
  return readWaiting(db, "b", "checkout_id", source, limit);
}

// --- internal ---

async function readWaiting(
  db: Reader,
  alias: "t" | "b",
  reference: string,
  source: Statement,
  limit: number,
): Promise<WaitingList> {
  const table = alias === "t" ? tests : builds;
  const fields: FieldsOf<Waiting> = {
    ...columns(alias, table, ["origin"]),
    waits_for: column(alias, table, reference),
    n: { type: "bigint", expression: () => "count(*)" },
    oldest: { type: "timestamp", expression: () => `min(${alias}._timestamp)` },
  };
  const rows = await select<Waiting>(db, fields, sql`${source} group by 1, 2`);
  rows.sort((a, b) => b.n - a.n || (a.waits_for < b.waits_for ? -1 : 1));
  return {
    total: rows.reduce((sum, { n }) => sum + n, 0),
    ids: new Set(rows.map(({ waits_for }) => waits_for)).size,
    rows: rows.slice(0, limit),
  };
}
