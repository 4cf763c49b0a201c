import type { Table } from "../rows/table.ts";
import { builds, tests } from "../rows/tables.ts";
import type { Reader, ReadRow } from "../store/reader.ts";
import { isOneOf, ownText, type Statement, sql } from "../store/statement.ts";
import { column, columns, type FieldsOf, select } from "./field.ts";
import { readInParts } from "./in-parts.ts";

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

/** What waits for builds or checkouts that have not arrived. */
export interface WaitingList {
  readonly total: number;
  /** How many ids are waited for. */
  readonly ids: number;
  /** Those that most wait for, first. */
  readonly rows: Waiting[];
}

/** The tests whose build has not arrived. */
export function readWaitingTests(db: Reader, limit: number): Promise<WaitingList> {
  return readWaiting(
    db,
    { alias: "t", table: tests, reference: "build_id", parents: "builds" },
    limit,
  );
}

/** The builds whose checkout has not arrived. */
export function readWaitingBuilds(db: Reader, limit: number): Promise<WaitingList> {
  return readWaiting(
    db,
    { alias: "b", table: builds, reference: "checkout_id", parents: "checkouts" },
    limit,
  );
}

// --- internal ---

interface Waiters {
  readonly alias: "t" | "b";
  readonly table: Table;
  readonly reference: string;
  readonly parents: string;
}

/**
 * Selects ids that have not arrived, among which are all that rows wait for: in two halves where there are many.
 * Undefined: all rows must be looked at.
 */
async function awaitedIds(
  db: Reader,
  table: "builds" | "tests",
): Promise<readonly Statement[] | undefined> {
  const awaited = db.dialect.awaited?.[table];
  if (!awaited || (await db.query(awaited.isOfUse)).length === 0) return undefined;
  const [kept] = awaited.place ? await db.query(awaited.place) : [{ place: 0 }];
  if (!kept) return undefined;
  const place = Number(kept.place);
  const [found] = awaited.middle ? await db.query(awaited.middle) : [];
  if (typeof found?.id !== "string") return [awaited.idsFrom(place)];
  const middle = found.id;
  return (["below", "above"] as const).map((side) => awaited.idsFrom(place, { side, middle }));
}

/** Asks beside the question that is being asked; after it where there is no further connection to be had. */
function askBeside(db: Reader, statement: Statement): Promise<ReadRow[]> {
  if (!db.beside) return db.query(statement);
  return db.beside.query(statement).catch(() => db.query(statement));
}

/** First the ids that are waited for, from an index alone; then who waits, of those that are shown. */
async function readWaiting(
  db: Reader,
  { alias, table, reference, parents }: Waiters,
  limit: number,
): Promise<WaitingList> {
  const ids = await awaitedIds(db, table === tests ? "tests" : "builds");
  const [from, key] = [ownText(table.name), ownText(reference)];
  const counts = ids?.map(
    (some) =>
      sql`select k.id as id, (select count(*) from ${from} where ${key} = k.id) as n from (${some}) k`,
  ) ?? [
    sql`select x.id as id, x.n as n from (select ${key} as id, count(*) as n from ${from} group by ${key}) x
      where not exists (select 1 from ${ownText(parents)} p where p.id = x.id)`,
  ];
  const counted = await Promise.all(
    counts.map((count, at) => (at > 0 ? askBeside(db, count) : db.query(count))),
  );
  const waited = counted
    .flat()
    .filter(({ n }) => Number(n) > 0)
    .map(({ id, n }) => ({ id: String(id), n: Number(n) }))
    .sort((a, b) => b.n - a.n || (a.id < b.id ? -1 : 1));
  const fields: FieldsOf<Waiting> = {
    ...columns(alias, table, ["origin"]),
    waits_for: column(alias, table, reference),
    n: { type: "bigint", expression: () => "count(*)" },
    oldest: { type: "timestamp", expression: () => `min(${alias}._timestamp)` },
  };
  const rows = await readInParts(
    waited.slice(0, limit).map(({ id }) => id),
    (some) => {
      const isShown = isOneOf(ownText(`${alias}.${reference}`), some);
      const source = sql`from ${ownText(`${table.name} ${alias}`)} where ${isShown} group by 1, 2`;
      return select<Waiting>(db, fields, source);
    },
  );
  rows.sort((a, b) => b.n - a.n || (a.waits_for < b.waits_for ? -1 : 1));
  return {
    total: waited.reduce((sum, { n }) => sum + n, 0),
    ids: waited.length,
    rows: rows.slice(0, limit),
  };
}
