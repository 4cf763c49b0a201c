import type { ReadDialect, Reader } from "../store/reader.ts";
import { allOf, ownText, type Statement, sql, valuesTable } from "../store/statement.ts";
import { type FieldsOf, type KnownFields, select } from "./field.ts";
import {
  type BuildRun,
  type Checkout,
  type OfBuild,
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
import { dummyPrefix, known, unknown } from "./words.ts";

/**
 * Reads runs that may be of the histories of others: on some checkouts those with the same config, architecture,
 * compiler and path. One statement for many goes from each checkout to such builds, and from these to such tests, by
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
  return testsAlike(db, searches, partsOfTest, { fields: ownTestFields, join: withPlace });
}

/** The same, and those of what another compiler has built. */
export function readTestsOfAnyCompiler(
  db: Reader,
  searches: readonly HistorySearch<TestRun>[],
): Promise<TestRun[]> {
  const partsOf = (run: TestRun) => ({ ...partsOfTest(run), compiler: undefined });
  return testsAlike(db, searches, partsOf, { fields: ownTestFields, join: withPlace });
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
  return testsAlike(db, searches, partsOfTest, { fields: pastTestFields, join: Object.assign });
}

/** The same builds, with what lists of failures tell of them. */
export function readPastBuildsAlike(
  db: Reader,
  searches: readonly HistorySearch<PastBuild>[],
): Promise<PastBuild[]> {
  return buildsAlike(db, searches, pastBuildFields, Object.assign);
}

// --- internal ---

/** So many checkouts, or things that are wanted, stand in one statement. */
const maxListed = 2_000;

/** What of a run is its own or its build's. */
type Own<R> = Omit<R, keyof OfCheckout>;

type ReadAlike<R> = (from: Statement, where: Statement, known: KnownFields) => Promise<Own<R>[]>;

/** Adds to a run what is known of its checkout. */
type Join<R> = (run: Own<R>, place: OfCheckout) => R;

function testsAlike<R extends PastTest>(
  db: Reader,
  searches: readonly HistorySearch<R>[],
  partsOf: (run: R) => Parts,
  { fields, join }: { readonly fields: FieldsOf<Own<R>>; readonly join: Join<R> },
): Promise<R[]> {
  const read: ReadAlike<R> = (from, where, known) => {
    const tables = sql`${from} ${db.dialect.testsOf(sql`t.build_id = b.id`)}`;
    return select(db, fields, sql`${tables} where ${where}`, known);
  };
  return readAlike(db, searches, partsOf, { read, join });
}

async function buildsAlike<R extends PastBuild>(
  db: Reader,
  searches: readonly HistorySearch<R>[],
  fields: FieldsOf<Own<R>>,
  join: Join<R>,
): Promise<R[]> {
  const read: ReadAlike<R> = (from, where, known) =>
    select(db, fields, sql`${from} where ${where}`, known);
  const found = await readAlike(db, searches, partsOfBuild, { read, join });
  // Here: a database might look at the ids of all builds first.
  return found.filter(({ id }) => !id.startsWith(dummyPrefix));
}

/** What of an identity is looked for, and where it stands: first what indexes serve. */
const columns = {
  config_name: "b.config_name",
  architecture: "b.architecture",
  compiler: "b.compiler",
  path: "t.path",
} as const;
const partNames = Object.keys(columns) as (keyof typeof columns)[];

/** The parts of what is wanted; undefined: any will do. */
type Parts = { readonly [Name in keyof typeof columns]: string | null | undefined };

/** Where nobody told the compiler, to look for each way to say so takes longer than to sort out the others. */
function partsOfBuild({ config_name, architecture, compiler }: OfBuild): Parts {
  const told = known(compiler) === unknown ? undefined : compiler;
  return { config_name, architecture, compiler: told, path: undefined };
}

function partsOfTest(run: PastTest): Parts {
  return { ...partsOfBuild(run), path: run.path };
}

/** What is known of the checkouts and of what is wanted is not read again with each run. */
async function readAlike<R extends PastRun>(
  { dialect }: Reader,
  searches: readonly HistorySearch<R>[],
  partsOf: (run: R) => Parts,
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
    // Those that are looked for by the same conditions share a statement.
    for (const group of Map.groupBy(wanted, ({ parts }) => shapeOf(parts)).values()) {
      for (let from = 0; from < group.length; from += maxListed) {
        const listed = group.slice(from, from + maxListed);
        const rows = listed.map(({ at, parts }, place) => [
          ...[at, String(place)],
          ...parts.map((part) => part ?? null),
        ]);
        // The builds of a checkout are read once, for all that is wanted of them.
        const built = sql`(select l.column1 as line, b.* from ${valuesTable(lines)} as l cross join builds b
          where b.checkout_id = l.column2${dialect.fence})`;
        const tables = sql`from ${valuesTable(rows)} as w cross join ${built} as b`;
        const where = allOf([
          ownText("b.line = w.column1"),
          ...conditionsOf(group[0]?.parts, dialect),
        ]);
        for (const run of await read(tables, where, knownOf(listed.map(({ parts }) => parts)))) {
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

/** Parts in the order of their names. */
type PartList = readonly (string | null | undefined)[];

/** One that nobody told is any of the ways to say so; each is looked for by itself, so that indexes serve. */
function differentParts(all: readonly Parts[]): PartList[] {
  const lists = all.map((parts) =>
    partNames.map((name) => (parts[name] === undefined ? undefined : known(parts[name]))),
  );
  const told = new Map(lists.map((list) => [JSON.stringify(list), list]));
  return [...told.values()].flatMap((list) =>
    list.reduce<PartList[]>(
      (begins, part) =>
        begins.flatMap((begin) =>
          part === unknown ? [unknown, "", null].map((one) => [...begin, one]) : [[...begin, part]],
        ),
      [[]],
    ),
  );
}

function conditionsOf(parts: PartList = [], { unindexed }: ReadDialect): Statement[] {
  return partNames.flatMap((name, place) => {
    const part = parts[place];
    if (part === undefined) return [];
    const column = unindexed(columns[name]);
    return ownText(part === null ? `${column} is null` : `${column} = w.column${place + 3}`);
  });
}

/** What runs have in common with what is wanted, by its place in the list of that. */
function knownOf(wanted: readonly PartList[]): KnownFields {
  const told = wanted.map((parts) =>
    Object.fromEntries(partNames.map((name, at) => [name, parts[at]])),
  );
  return {
    names: new Set(partNames.filter((_, at) => wanted[0]?.[at] !== undefined)),
    by: ownText("w.column2 as wanted"),
    of: ({ wanted: place }) => told[Number(place)] ?? {},
  };
}

/** Which parts are looked for, and how. */
function shapeOf(parts: PartList): string {
  return parts.map((part) => (part === undefined ? "*" : part === null ? "-" : "=")).join("");
}
