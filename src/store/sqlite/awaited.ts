import type { Database } from "bun:sqlite";
import type { KeptAwaited } from "../reader.ts";
import { ownText, sql } from "../statement.ts";

/**
 * Which builds tests wait for is kept in a file, as to find them among millions of tests takes a reader longer
 * than anybody waits. Tests up to a mark have been looked at; of those the ids of builds that were not there
 * are in `awaited_builds`, and stay there until the next start when the build comes. Readers add the tests
 * behind the mark, and leave out what has come. Triggers see to what others delete or alter; nothing is done
 * for a row that is inserted.
 */

/** The mark is moved when so many tests are behind it. */
const testsBehind = 100_000;

/** A row that came later may have the number of one that was deleted: only with its id it is the one that was looked at. */
const markedPlace =
  "select m.place as place from awaited_mark m join tests t on t.rowid = m.place and t.id = m.test_id";

/** What is kept, and what keeps it right. */
const keepAwaited: readonly string[] = [
  "create table if not exists awaited_builds (id TEXT primary key) strict, without rowid",
  `create table if not exists awaited_mark (one INTEGER primary key check (one = 1), place INTEGER not null, test_id TEXT not null) strict`,
  `create trigger if not exists awaited_build_deleted after delete on builds begin ${addIfWanted("old.id")}; end`,
  `create trigger if not exists awaited_build_renamed after update of id on builds when old.id <> new.id
begin ${addIfWanted("old.id")}; end`,
  `create trigger if not exists awaited_test_moved after update of build_id on tests when old.build_id <> new.build_id
begin insert or ignore into awaited_builds values (new.build_id); end`,
  `create trigger if not exists awaited_mark_deleted before delete on tests when old.rowid = (select place from awaited_mark)
begin
  delete from awaited_mark;
  insert into awaited_mark select 1, rowid, id from tests where rowid < old.rowid order by rowid desc limit 1;
end`,
];

/** Where readers find it. Without more words SQLite would rather read an index of all tests, which is sorted. */
export const keptAwaited: KeptAwaited = {
  isKept: sql`select 1 as found from sqlite_schema where name = 'awaited_mark'`,
  place: ownText(markedPlace),
  idsFrom: (place) =>
    sql`select a.id as id from awaited_builds a union select t.build_id as id from tests t not indexed where t.rowid > ${place}`,
};

/** Prepares what moves the mark, inside a transaction, when so many tests are behind it; cheap when they are not. */
export function markMover(prepare: Prepare, least = testsBehind): () => void {
  const statements = moveStatements(prepare);
  return () => moveMark(statements, least);
}

/** Makes what is missing of it, takes out what nobody waits for any more, and moves the mark as others do. */
export function makeAwaited(db: Database): void {
  for (const statement of keepAwaited) db.run(statement);
  db.run(`delete from awaited_builds where exists (select 1 from builds b where b.id = awaited_builds.id)
or not exists (select 1 from tests t where t.build_id = awaited_builds.id)`);
  moveMark(
    moveStatements((text) => db.query(text)),
    testsBehind,
  );
}

// --- internal ---

interface MoveStatements {
  readonly places: Prepared;
  readonly lookFrom: Prepared;
  readonly lookAtAll: Prepared;
  readonly move: Prepared;
}

type Prepare = (text: string) => Prepared;

interface Prepared {
  get(...values: number[]): unknown;
  run(...values: number[]): unknown;
}

function moveStatements(prepare: Prepare): MoveStatements {
  // Of each build once: most tests have one in common with others.
  const look = (source: string) =>
    prepare(`insert or ignore into awaited_builds
select x.id from (select distinct t.build_id as id from tests t ${source}) x
where not exists (select 1 from builds b where b.id = x.id)`);
  return {
    places: prepare(
      `select ifnull((${markedPlace}), 0) as marked, ifnull((select max(rowid) from tests), 0) as last`,
    ),
    lookFrom: look("not indexed where t.rowid > ?1"),
    // From an index alone.
    lookAtAll: look(""),
    move: prepare(
      `insert into awaited_mark select 1, rowid, id from tests where rowid = ?1
on conflict (one) do update set place = excluded.place, test_id = excluded.test_id`,
    ),
  };
}

function moveMark(statements: MoveStatements, least: number): void {
  const { marked, last } = statements.places.get() as { marked: number; last: number };
  if (last - marked < least) return;
  if (marked > 0) statements.lookFrom.run(marked);
  else statements.lookAtAll.run();
  statements.move.run(last);
}

function addIfWanted(id: string): string {
  return `insert or ignore into awaited_builds select ${id} where exists (select 1 from tests where build_id = ${id})`;
}
