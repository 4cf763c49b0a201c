import type { Reader } from "../store/reader.ts";
import { allOf, anyOf, ownText, type Statement, sql } from "../store/statement.ts";
import { conditionsOf, type Filter, type Subject } from "./filter.ts";
import { type BuildRun, readBuilds, readTests, type TestRun } from "./runs.ts";
import { isOfKind, isRealBuild, type TestKind } from "./words.ts";

/** A part of a list: never more of it than a page holds. */
export interface PageOf<R> {
  readonly rows: R[];
  /** What to ask for to get the rows after these; absent: there are no more. */
  readonly next?: string;
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

// --- internal ---

/** Where a page ended. */
interface Place {
  readonly startTime: string | null;
  readonly id: string;
}

/**
 * In two steps, those with a start time before the others: so each of them can go by an index, which a sort
 * with NULLs last cannot.
 */
async function list<R extends { id: string; start_time: string | null }>(
  db: Reader,
  subject: Subject,
  { filter = {}, limit, after, where }: ListOptions,
  read: (db: Reader, where: Statement) => Promise<R[]>,
): Promise<PageOf<R>> {
  const size = Math.max(1, Math.min(Math.floor(limit) || 1, maxRows));
  const alias = subject === "builds" ? "b" : "t";
  const start = ownText(`${alias}.start_time`);
  const id = ownText(db.dialect.byCodePoints(`${alias}.id`));
  const place = after === undefined ? undefined : readPlace(after);
  const conditions = [...conditionsOf(filter, subject, db.dialect), ...(where ? [where] : [])];
  const rows: R[] = [];
  if (!place || place.startTime !== null) {
    const time = place?.startTime && db.dialect.time(place.startTime);
    const later = time
      ? [anyOf([sql`${start} < ${time}`, sql`(${start} = ${time} and ${id} > ${place.id})`])]
      : [];
    const all = allOf([sql`${start} is not null`, ...later, ...conditions]);
    rows.push(...(await read(db, sql`${all} order by ${start} desc, ${id} limit ${size + 1}`)));
  }
  const left = size + 1 - rows.length;
  if (left > 0 && filter.from === undefined && filter.to === undefined) {
    const later = place?.startTime === null ? [sql`${id} > ${place.id}`] : [];
    const all = allOf([sql`${start} is null`, ...later, ...conditions]);
    rows.push(...(await read(db, sql`${all} order by ${id} limit ${left}`)));
  }
  const last = rows[size - 1];
  if (rows.length <= size || !last) return { rows };
  return {
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
