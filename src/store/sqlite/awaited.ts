import { type Statement, sql } from "../statement.ts";

/**
 * Which builds tests wait for: of the tests up to the mark (`tests-mark.ts`) the ids of builds that were not
 * there are in `awaited_builds`, and stay there until the next start when the build comes. Readers leave out
 * what has come. Triggers see to what others delete or alter.
 */
export const keepAwaited: readonly string[] = [
  "create table if not exists awaited_builds (id TEXT primary key) strict, without rowid",
  `create trigger if not exists awaited_build_deleted after delete on builds begin ${addIfWanted("old.id")}; end`,
  `create trigger if not exists awaited_build_renamed after update of id on builds when old.id <> new.id
begin ${addIfWanted("old.id")}; end`,
  `create trigger if not exists awaited_test_moved after update of build_id on tests when old.build_id <> new.build_id
begin insert or ignore into awaited_builds values (new.build_id); end`,
];

/** Takes out what nobody waits for any more. */
export const tidyAwaited = `delete from awaited_builds where exists (select 1 from builds b where b.id = awaited_builds.id)
or not exists (select 1 from tests t where t.build_id = awaited_builds.id)`;

/** The statement that keeps what the tests `t` of a condition wait for. Of each build once: most tests have one in common with others. */
export function lookForAwaited(condition: string): string {
  return `insert or ignore into awaited_builds
select x.id from (select distinct t.build_id as id from tests t ${condition}) x
where not exists (select 1 from builds b where b.id = x.id)`;
}

/**
 * Selects ids, as `id`, none of which has arrived, and among which are all builds that tests wait for, if those up
 * to a place have been looked at.
 */
export function idsFrom(place: number): Statement {
  return sql`select x.id as id from (
      select a.id as id from awaited_builds a union select t.build_id as id from tests t not indexed where t.rowid > ${place}) x
    where not exists (select 1 from builds b where b.id = x.id)`;
}

// --- internal ---

function addIfWanted(id: string): string {
  return `insert or ignore into awaited_builds select ${id} where exists (select 1 from tests where build_id = ${id})`;
}
