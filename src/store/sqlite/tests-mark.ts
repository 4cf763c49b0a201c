import type { Database } from "bun:sqlite";
import type { AwaitedIds, KeptOfTests } from "../reader.ts";
import { ownText, sql } from "../statement.ts";
import { idsFrom, keepAwaited, lookForAwaited, tidyAwaited } from "./awaited.ts";
import { keepOrigins, lookForOrigins, originsFrom } from "./origins.ts";

/**
 * What would take a reader too long to find among millions of tests is kept in a file (`awaited.ts`,
 * `origins.ts`). Tests up to a mark have been looked at for it; readers add those behind the mark. Nothing is
 * done for a row that is inserted.
 */

/** The mark is moved when so many tests are behind it. */
const testsBehind = 100_000;

/** A row that came later may have the number of one that was deleted: only with its id it is the one that was looked at. */
const markedPlace =
  "select m.place as place from tests_mark m join tests t on t.rowid = m.place and t.id = m.test_id";

/** The mark, which goes back when its test is deleted. A file that has none yet is looked at from the beginning. */
const keepMark: readonly string[] = [
  // Of a former version, whose mark knew nothing of origins.
  "drop index if exists tests_origins",
  "drop trigger if exists awaited_mark_deleted",
  "drop table if exists awaited_mark",
  "create table if not exists tests_mark (one INTEGER primary key check (one = 1), place INTEGER not null, test_id TEXT not null) strict",
  `create trigger if not exists tests_mark_deleted before delete on tests when old.rowid = (select place from tests_mark)
begin
  delete from tests_mark;
  insert into tests_mark select 1, rowid, id from tests where rowid < old.rowid order by rowid desc limit 1;
end`,
];

/** Where readers find it. */
export const keptOfTests: KeptOfTests = {
  isKept: sql`select 1 as found from sqlite_schema where name = 'tests_mark'`,
  place: ownText(markedPlace),
  originsFrom,
};

/** And which builds tests wait for. */
export const awaitedOfTests: AwaitedIds = {
  isOfUse: keptOfTests.isKept,
  place: keptOfTests.place,
  idsFrom,
};

/** Prepares what moves the mark, inside a transaction, when so many tests are behind it; cheap when they are not. */
export function markMover(prepare: Prepare, least = testsBehind): () => void {
  const statements = moveStatements(prepare);
  return () => moveMark(statements, least);
}

/** Makes what is missing of all that is kept, tidies it, and moves the mark as others do. */
export function makeKept(db: Database): void {
  for (const statement of [...keepMark, ...keepAwaited, ...keepOrigins]) db.run(statement);
  db.run(tidyAwaited);
  moveMark(
    moveStatements((text) => db.query(text)),
    testsBehind,
  );
}

// --- internal ---

interface MoveStatements {
  readonly places: Prepared;
  readonly lookFrom: readonly Prepared[];
  readonly lookAtAll: readonly Prepared[];
  readonly move: Prepared;
}

type Prepare = (text: string) => Prepared;

interface Prepared {
  get(...values: number[]): unknown;
  run(...values: number[]): unknown;
}

function moveStatements(prepare: Prepare): MoveStatements {
  const look = (condition: string) =>
    [lookForAwaited, lookForOrigins].map((lookFor) => prepare(lookFor(condition)));
  return {
    places: prepare(
      `select ifnull((${markedPlace}), 0) as marked, ifnull((select max(rowid) from tests), 0) as last`,
    ),
    // Without more words SQLite would rather read an index of all tests, which is sorted.
    lookFrom: look("not indexed where t.rowid > ?1"),
    lookAtAll: look(""),
    move: prepare(
      `insert into tests_mark select 1, rowid, id from tests where rowid = ?1
on conflict (one) do update set place = excluded.place, test_id = excluded.test_id`,
    ),
  };
}

function moveMark(statements: MoveStatements, least: number): void {
  const { marked, last } = statements.places.get() as { marked: number; last: number };
  if (last - marked < least) return;
  if (marked > 0) for (const look of statements.lookFrom) look.run(marked);
  else for (const look of statements.lookAtAll) look.run();
  statements.move.run(last);
}
