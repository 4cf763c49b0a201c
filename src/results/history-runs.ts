import type { Reader } from "../store/reader.ts";
import { allOf, ownText, type Statement, sql, valuesTable } from "../store/statement.ts";
import { type FieldsOf, select } from "./field.ts";
import {
  type BuildRun,
  type Checkout,
  type OfCheckout,
  ownBuildFields,
  ownTestFields,
  type PastBuild,
  type PastRun,
  type PastTest,
  pastBuildFields,
  pastTestFields,
  placeOf,
  type TestRun,
  withPlace,
} from "./runs.ts";
import { isRealBuild, known, unknown } from "./words.ts";

/**
 * Reads runs that may be of the histories of others: on some checkouts those with the same config, architecture
 * and path. One statement for many goes from each checkout to such builds, and from these to such tests, by
 * indexes.
 */

/** Things whose runs are looked for, and the checkouts to look at. */
export interface HistorySearch<R> {
  readonly wanted: readonly R[];
  readonly checkouts: readonly Checkout[];
}

/** The tests that may be runs of those that are wanted. */
export function readTestsAlike(
  db: Reader,
  searches: readonly HistorySearch<TestRun>[],
): Promise<TestRun[]> {
  return testsAlike(db, searches, ownTestFields, withPlace);
}

/** The builds, without dummies, that may be runs of those that are wanted. */
export function readBuildsAlike(
  db: Reader,
  searches: readonly HistorySearch<BuildRun>[],
): Promise<BuildRun[]> {
  return buildsAlike(db, searches, ownBuildFields, withPlace);
}

/** The same tests, with what lists of failures tell of them. */
export function readPastTestsAlike(
  db: Reader,
  searches: readonly HistorySearch<PastTest>[],
): Promise<PastTest[]> {
  return testsAlike(db, searches, pastTestFields, Object.assign);
}

/** The same builds, with what lists of failures tell of them. */
export function readPastBuildsAlike(
  db: Reader,
  searches: readonly HistorySearch<PastBuild>[],
): Promise<PastBuild[]> {
  return buildsAlike(db, searches, pastBuildFields, Object.assign);
}

// --- internal ---

const ofBuilds = ["b.config_name", "b.architecture"];
/** So many checkouts, or things that are wanted, stand in one statement. */
const maxListed = 2_000;

/** What of a run is its own or its build's. */
type Own<R> = Omit<R, keyof OfCheckout>;

type ReadAlike<R> = (from: Statement, where: Statement) => Promise<Own<R>[]>;

/** Adds to a run what is known of its checkout. */
type Join<R> = (run: Own<R>, place: OfCheckout) => R;

function testsAlike<R extends PastTest>(
  db: Reader,
  searches: readonly HistorySearch<R>[],
  fields: FieldsOf<Own<R>>,
  join: Join<R>,
): Promise<R[]> {
  const partsOf = (run: R) => [run.config_name, run.architecture, run.path];
  const read: ReadAlike<R> = (from, where) =>
    select(db, fields, sql`${from} ${db.dialect.testsOf(sql`t.build_id = b.id`)} where ${where}`);
  return readAlike(db, searches, partsOf, [...ofBuilds, "t.path"], { read, join });
}

function buildsAlike<R extends PastBuild>(
  db: Reader,
  searches: readonly HistorySearch<R>[],
  fields: FieldsOf<Own<R>>,
  join: Join<R>,
): Promise<R[]> {
  const partsOf = (run: R) => [run.config_name, run.architecture];
  const read: ReadAlike<R> = (from, where) =>
    select(db, fields, sql`${from} where ${where} and ${isRealBuild}`);
  return readAlike(db, searches, partsOf, ofBuilds, { read, join });
}

/** A part that nobody told is any of the ways to say so; each is looked for by itself, so that indexes serve. */
type Parts = readonly (string | null)[];

/** What is known of the checkouts is not read again with each run. */
async function readAlike<R extends PastRun>(
  { dialect }: Reader,
  searches: readonly HistorySearch<R>[],
  partsOf: (run: R) => Parts,
  columns: readonly string[],
  { read, join }: { readonly read: ReadAlike<R>; readonly join: Join<R> },
): Promise<R[]> {
  const places = new Map(
    searches.flatMap(({ checkouts }) => checkouts.map((one) => [one.id, placeOf(one)] as const)),
  );
  const found: R[] = [];
  for (const some of inBatches(searches)) {
    const lines = some.flatMap(({ checkouts }, at) => checkouts.map(({ id }) => [String(at), id]));
    const wanted = some.flatMap(({ wanted: runs }, at) =>
      differentParts(runs.map(partsOf)).map((parts) => ({ at: String(at), parts })),
    );
    // Those that have the same parts unset share a statement.
    for (const group of Map.groupBy(wanted, ({ parts }) => nullsOf(parts)).values()) {
      for (let from = 0; from < group.length; from += maxListed) {
        const rows = group.slice(from, from + maxListed).map(({ at, parts }) => [at, ...parts]);
        // The builds of a checkout are read once, for all that is wanted of them.
        const built = sql`(select l.column1 as line, b.* from ${valuesTable(lines)} as l cross join builds b
          where b.checkout_id = l.column2${dialect.fence})`;
        const tables = sql`from ${valuesTable(rows)} as w cross join ${built} as b`;
        const [{ parts } = { parts: [] as Parts }] = group;
        const where = allOf([
          ownText("b.line = w.column1"),
          ...columns
            .map(dialect.unindexed)
            .map((column, place) =>
              ownText(
                parts[place] === null ? `${column} is null` : `${column} = w.column${place + 2}`,
              ),
            ),
        ]);
        for (const run of await read(tables, where)) {
          const place = places.get((run as PastRun).checkout_id ?? "");
          if (place) found.push(join(run, place));
        }
      }
    }
  }
  return found;
}

/** As many searches together as one statement takes. */
function* inBatches<R>(searches: readonly HistorySearch<R>[]): Generator<HistorySearch<R>[]> {
  let batch: HistorySearch<R>[] = [];
  let listed = 0;
  for (const search of searches) {
    const size = search.checkouts.length;
    if (batch.length > 0 && listed + size > maxListed) {
      yield batch;
      [batch, listed] = [[], 0];
    }
    batch.push(search);
    listed += size;
  }
  if (batch.length > 0) yield batch;
}

function differentParts(all: readonly Parts[]): Parts[] {
  const told = new Map(all.map((parts) => [JSON.stringify(parts.map(known)), parts.map(known)]));
  return [...told.values()].flatMap((parts) =>
    parts.reduce<(string | null)[][]>(
      (begins, part) =>
        begins.flatMap((begin) =>
          part === unknown ? [unknown, "", null].map((one) => [...begin, one]) : [[...begin, part]],
        ),
      [[]],
    ),
  );
}

function nullsOf(parts: Parts): string {
  return parts.map((part) => (part === null ? "-" : "=")).join("");
}
