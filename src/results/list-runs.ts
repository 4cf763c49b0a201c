import type { Reader } from "../store/reader.ts";
import { allOf, anyOf, ownText, type Statement, sql } from "../store/statement.ts";
import { choosesCheckouts, conditionsOf, type Filter, type Subject, startOf } from "./filter.ts";
import { type Bound, type BoundCondition, boundFor } from "./recent.ts";
import {
  type BuildRun,
  fromBuilds,
  fromTestsOf,
  readBuilds,
  readTests,
  type TestRun,
} from "./runs.ts";
import { isBootPath, isOfKind, isRealBuild, type TestKind } from "./words.ts";

/** A part of a list: never more of it than a page holds. */
export interface PageOf<R> {
  readonly rows: R[];
  /** What to ask for to get the rows after these; absent: there are no more. */
  readonly next?: string;
  /** What was looked at alone, where not all was. */
  readonly bound?: Bound | undefined;
}

/** Which page of a list is read. */
export interface ListOptions {
  readonly filter?: Filter;
  /** How many rows at most, up to `maxRows`. */
  readonly limit: number;
  /** The `next` of the page before. One that is none gives the first page. */
  readonly after?: string | undefined;
  /** A further condition, on the aliases of `runs.ts`. */
  readonly where?: Statement;
  /** It leaves what is of a few checkouts: these are looked up first. */
  readonly isOfCheckouts?: boolean;
  /** Look at what is newest alone, where no index leads to what is asked for. */
  readonly isBounded?: boolean;
  /** Look at these alone. */
  readonly within?: BoundCondition | undefined;
}

/** How many rows are read at once at most. */
export const maxRows = 10_000;

/** Lists builds, newest first; those that do not say when they began come last. Ties go by id. */
export function listBuilds(db: Reader, options: ListOptions): Promise<PageOf<BuildRun>> {
  const fixed = allOf([isRealBuild, ...(options.where ? [options.where] : [])]);
  return list(db, "builds", { ...options, where: fixed }, readBuilds);
}

/** Lists tests of a kind, or of both, in the same order. Those whose build has not arrived are among them. */
export function listTests(
  db: Reader,
  kind: TestKind | undefined,
  options: ListOptions,
): Promise<PageOf<TestRun>> {
  const fixed = allOf([
    ...(kind ? [isOfKind(kind)] : []),
    ...(options.where ? [options.where] : []),
  ]);
  return list(db, "tests", { ...options, where: fixed }, readTests);
}

/**
 * Lists boots, and all other tests: the first page of each. Where no index leads to either, both are found in one
 * pass. What `first` chooses is looked through before, if it is given: it is quick to find, and comes before all
 * others, so that it is enough where it fills both pages.
 */
export async function listByKind(
  db: Reader,
  options: ListOptions,
  first?: Statement,
): Promise<[boots: PageOf<TestRun>, tests: PageOf<TestRun>]> {
  if (first) {
    const boots = await listTests(db, "boot", { ...options, where: first });
    if (boots.next !== undefined) {
      const tests = await listTests(db, "test", { ...options, where: first });
      if (tests.next !== undefined) return [boots, tests];
    }
  }
  const { size, source, conditions, start, id, bound } = await prepare(db, "tests", options);
  const order = inOneOrder(start, id);
  const ranked = sql`select t.id as id, row_number() over (partition by ${isOfKind("boot")} order by ${order}) as place
    ${source} where ${allOf(conditions)}`;
  const ids = sql`select x.id from (${ranked}) x where x.place <= ${size + 1}`;
  const rows = await readTests(db, sql`t.id in (${ids}) order by ${order}`);
  const of = (isBoot: boolean) => rows.filter(({ path }) => isBootPath(path) === isBoot);
  return [pageOf(of(true), size, bound), pageOf(of(false), size, bound)];
}

// --- internal ---

/** Where a page ended. */
interface Place {
  readonly startTime: string | null;
  readonly id: string;
}

/** What lists are read by. */
interface Prepared {
  readonly size: number;
  readonly source: Statement;
  readonly alias: "b" | "t";
  readonly start: Statement;
  readonly id: Statement;
  readonly conditions: readonly Statement[];
  readonly bound: BoundCondition | undefined;
}

async function prepare(
  db: Reader,
  subject: Subject,
  { filter = {}, limit, where, isBounded = false, within, isOfCheckouts }: ListOptions,
): Promise<Prepared> {
  const alias = subject === "builds" ? "b" : "t";
  const bound = within ?? (isBounded ? await boundFor(db, subject, filter) : undefined);
  const isLed = isOfCheckouts || bound !== undefined || choosesCheckouts(filter);
  const chosen = [
    ...conditionsOf(bound?.left ?? filter, subject, db.dialect, isLed),
    ...(where ? [where] : []),
  ];
  // Where only tests matter, a database leaves out their builds by itself.
  const few = chosen.some(namesMore) ? bound?.testsWithBuilds : undefined;
  return {
    size: Math.max(1, Math.min(Math.floor(limit) || 1, maxRows)),
    source: subject === "builds" ? fromBuilds : fromTestsOf(few),
    alias,
    start: startOf(subject, db.dialect, isLed),
    id: ownText(db.dialect.byCodePoints(`${alias}.id`)),
    conditions: [...chosen, ...(bound && !few ? [bound.where] : [])],
    bound,
  };
}

/** Whether a condition is on builds `b` or checkouts `c`. */
function namesMore({ pieces }: Statement): boolean {
  return pieces.some((piece) => /\b[bc]\./.test(piece));
}

/** The order of a list where no index serves: then once through all, for what has a start and what has none. */
function inOneOrder(start: Statement, id: Statement): Statement {
  return sql`case when ${start} is null then 1 else 0 end, ${start} desc, ${id}`;
}

/**
 * In two steps, those with a start time before the others: so each of them can go by an index, which a sort
 * with NULLs last cannot.
 */
async function list<R extends { id: string; start_time: string | null }>(
  db: Reader,
  subject: Subject,
  options: ListOptions,
  read: (db: Reader, where: Statement) => Promise<R[]>,
): Promise<PageOf<R>> {
  const { filter = {}, after } = options;
  const { size, source, alias, start, id, conditions, bound } = await prepare(db, subject, options);
  const place = after === undefined ? undefined : readPlace(after);
  const rows: R[] = [];
  // First the ids alone: of rows that are sorted out again, nothing else is read.
  const readSome = (where: Statement, order: Statement, count: number) => {
    const ids = sql`select ${ownText(`${alias}.id`)} ${source} where ${where} order by ${order} limit ${count}`;
    return read(db, sql`${ownText(`${alias}.id`)} in (${ids}) order by ${order}`);
  };
  const time = place?.startTime && db.dialect.time(place.startTime);
  const isAfter = time
    ? [sql`${start} < ${time}`, sql`(${start} = ${time} and ${id} > ${place.id})`]
    : [];
  const isUndated = sql`${start} is null`;
  const isAfterUndated = place?.startTime === null ? [sql`${id} > ${place.id}`] : [];
  if (bound) {
    const later =
      place?.startTime === null
        ? [isUndated, ...isAfterUndated]
        : time
          ? [anyOf([...isAfter, isUndated])]
          : [];
    rows.push(
      ...(await readSome(allOf([...later, ...conditions]), inOneOrder(start, id), size + 1)),
    );
  } else {
    if (place?.startTime !== null) {
      const later = time ? [anyOf(isAfter)] : [];
      const all = allOf([sql`${start} is not null`, ...later, ...conditions]);
      rows.push(...(await readSome(all, sql`${start} desc, ${id}`, size + 1)));
    }
    const left = size + 1 - rows.length;
    if (left > 0 && filter.from === undefined && filter.to === undefined) {
      const all = allOf([isUndated, ...isAfterUndated, ...conditions]);
      rows.push(...(await readSome(all, id, left)));
    }
  }
  return pageOf(rows, size, bound);
}

/** A page of rows, of which there is one more where others follow. */
function pageOf<R extends { id: string; start_time: string | null }>(
  rows: R[],
  size: number,
  bound: BoundCondition | undefined,
): PageOf<R> {
  const last = rows[size - 1];
  const told = bound && { of: bound.of, count: bound.count };
  if (rows.length <= size || !last) return { rows, bound: told };
  return {
    bound: told,
    rows: rows.slice(0, size),
    next: writePlace({ startTime: last.start_time, id: last.id }),
  };
}

function writePlace({ startTime, id }: Place): string {
  return `${startTime ?? ""}~${id}`;
}

function readPlace(text: string): Place | undefined {
  const [, time = "", id = ""] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)?~(.*)$/s.exec(text) ?? [];
  if (id === "" || (time && Number.isNaN(Date.parse(time)))) return undefined;
  return { startTime: time || null, id };
}
