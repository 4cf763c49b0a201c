import { parseExactly } from "../base/raw-json.ts";
import type { ColumnType } from "../rows/table.ts";
import type { Statement } from "./statement.ts";

/**
 * The port for reading: a connection that can change nothing. Every failure is a `StoreFault`; after one the
 * reader is clean and can be used again. Statements that are asked for at once are answered one by one.
 */
export interface Reader extends AsyncDisposable {
  readonly dialect: ReadDialect;
  /** Runs one `select`, and gives its rows by the names of its columns. */
  query(statement: Statement): Promise<ReadRow[]>;
  /** What changes with everything that is committed: as long as it is the same, so are all answers. */
  version(): Promise<string>;
  /** Another one of the same database, for what is asked beside a question of this; absent: it would take turns. */
  readonly beside?: Reader;
}

/** A row as the database gives it: `decodeValue` makes the same of it for every kind. */
export type ReadRow = Readonly<Record<string, unknown>>;

/** How a kind of database spells what reading needs and SQL has no common word for. */
export interface ReadDialect {
  /** What stands in the text for the value at a place, from 1. */
  placeholder(place: number): string;
  /** A column of a type as it is selected. */
  selected(expression: string, type: ColumnType): string;
  /** A field of a JSON column as text: of a value that is no text, its JSON. */
  fieldText(column: string, field: string): string;
  /** The same for a great many rows. */
  fieldOfMany(column: string, field: string): FieldOfMany;
  /**
   * What is true of a JSON column wherever a field of it is one of some texts, and takes less to find out;
   * undefined: nothing does.
   */
  mayHold(column: string, texts: readonly string[]): Statement | undefined;
  /** The same wherever the text of a field has a part. */
  mayContain(column: string, part: string): Statement | undefined;
  /** The first text of an array; NULL where there is none. */
  firstOf(column: string): string;
  /** Whether a path is a name that is ours, or begins with it and a dot; NULL where there is no path. */
  isPathOf(expression: string, name: string): string;
  /** A point in time, `YYYY-MM-DDTHH:MM:SS.ffffffZ`, to compare a column with. */
  time(value: string): Statement;
  /** Whether a text is like a pattern, in which `*` stands for any text. */
  matches(expression: string, pattern: string): Statement;
  /** Whether a text holds another. */
  contains(expression: string, part: string): Statement;
  /** Whether an array of texts holds one. */
  listHas(column: string, value: string): Statement;
  /** The same as an expression, but nothing that an index is searched for by. */
  unindexed(expression: string): string;
  /**
   * Joins the tests `t` of each row before them, by the index of a reference, however many the database takes
   * them for.
   */
  testsOf(condition: Statement): Statement;
  /** What ends a select in the `from` of another that is to be done by itself, where that is quicker. */
  readonly fence: Statement;
  /** What ends one whose expressions are to be found once for each row, and not again wherever they are named. */
  readonly oncePerRow: Statement;
  /** Whether an expression is one of the few that a statement selects: these are looked up first. */
  isAmong(expression: Statement, select: Statement): Statement;
  /** How an index leads to the origins of tests `t`, where there is one. */
  readonly originIndex?: OriginIndex;
  /** Absent: such a database keeps nothing of the kind. */
  readonly keptOfTests?: KeptOfTests;
  /** How to find what the rows of a table wait for; absent: by looking at all of them. */
  readonly awaited?: { readonly [T in "builds" | "tests"]?: AwaitedIds };
  /** What tells the rows of a table from each other within one statement or two: shorter than an id where there is such. */
  rowKey(alias: string): string;
  /** A text, to be sorted and compared by code points. */
  byCodePoints(expression: string): string;
  /** How to choose the rows of a table that were ingested last, by what is at hand for that. */
  lastIngested(table: "builds" | "tests", count: number): LastIngested;
  /** How an index leads to the tests that failed, in the order of their start; absent: none does. */
  readonly lastFailed?: LastFailed;
}

/** A field of a JSON column that may be quicker to find here than in the database. */
export interface FieldOfMany {
  /** What is selected for it. */
  readonly expression: string;
  /** The text of the field, as `fieldText` has it, of what was selected. */
  read(selected: unknown): string | null;
}

/** An index of the origins of tests `t`, and of when the tests of each began. */
export interface OriginIndex {
  /** The origin as the index has it. */
  readonly origin: string;
  /** The condition on the tests that have their time in it. */
  readonly isTimed: string;
  /** What chooses of those the first of an origin since a time, where there is one: conditions, and an order. */
  firstSince(origin: Statement, time: Statement): Statement;
}

/** What a database keeps of the tests up to a place, for readers who would have to look at all of them. */
export interface KeptOfTests {
  /** Selects a row where it keeps this: one of a former version does not. */
  readonly isKept: Statement;
  /** Selects up to which place, as `place`; no row: nobody knows. */
  readonly place: Statement;
  /**
   * Selects each `origin` that may have tests which began since a time: `is_known` is 1 where one is known, 0
   * where it must be looked for.
   */
  originsFrom(place: number, time: Statement): Statement;
}

/** How to find the ids that rows wait for without looking at all rows. */
export interface AwaitedIds {
  /** Selects a row where what it goes by is there, and of use. */
  readonly isOfUse: Statement;
  /** Selects up to which place ids are kept, as `place`; no row: nobody knows. Absent: none are kept. */
  readonly place?: Statement;
  /** Selects an id about in the middle, as `id`: below and above it can be looked beside each other. NULL: there are few. */
  readonly middle?: Statement;
  /** Selects ids, as `id`, none of which has arrived, and among which are all that are waited for, or all of a half. */
  idsFrom(place: number, half?: Half): Statement;
}

/** What is below an id, or above it. */
export interface Half {
  readonly side: "below" | "above";
  readonly middle: string;
}

/** Up to which place a database keeps what it keeps of tests; undefined: all tests must be looked at. */
export async function keptPlace(db: Reader): Promise<number | undefined> {
  const { keptOfTests } = db.dialect;
  if (!keptOfTests || (await db.query(keptOfTests.isKept)).length === 0) return undefined;
  const [row] = await db.query(keptOfTests.place);
  return row && Number(row.place);
}

/** The rows of a table that were ingested last: about so many as were asked for. */
export interface LastIngested {
  /** Selects where they begin, as `place`; no row, or none that is known: there are no others. */
  readonly begin: Statement;
  /** Whether a row of the table under an alias is one of them. */
  isAmong(alias: string, place: string | number): Statement;
  /** What to read these tests `t` with their builds `b` from, where they are not to be chosen out of all. */
  testsWithBuilds?(place: string | number): Statement;
}

/** How to go through failed tests `t` with their builds `b`, those that began last first. */
export interface LastFailed {
  /** Selects when the last began that is not among so many, as `place`; no row: there is none, or no index. */
  begin(count: number): Statement;
  /** The checkout of the build, to compare, where nothing else is to lead to the tests. */
  readonly checkoutId: string;
}

/** How long a reader waits, in milliseconds. */
export interface ReaderOptions {
  /** How long to wait for a connection. */
  connectTimeoutMs: number;
  /** How long one statement may take. SQLite keeps to no such time: there the indexes have to do. */
  statementTimeoutMs: number;
}

/** The text of a statement as a kind of database takes it. */
export function textFor({ pieces }: Statement, dialect: ReadDialect): string {
  return pieces.reduce((text, piece, place) => text + dialect.placeholder(place) + piece);
}

/** What a value of a type is to the program: JSON parsed, its numbers as exact as they are, times as UTC text, NULL as null. */
export function decodeValue(value: unknown, type: ColumnType): unknown {
  if (value === null || value === undefined) return null;
  if (type === "text") return typeof value === "string" ? value : String(value);
  switch (type) {
    case "boolean":
      return value === true || value === 1;
    case "json":
      return parseExactly(String(value));
    case "text[]":
      return JSON.parse(String(value));
    case "integer":
    case "bigint":
    case "double":
      return Number(value);
    default:
      return String(value);
  }
}
