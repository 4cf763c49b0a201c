/** How a database comes to refuse good files, and how that is mended. */
export interface Refusal {
  title: string;
  /** Statements, one after the other. */
  begin: string[];
  end: string[];
  /** What the log must say of it: the message, and what to mend. */
  told: RegExp;
}

const raising = (code: string, when = "true") => [
  `create function raising() returns trigger language plpgsql as $$ begin
     if ${when} then raise exception 'not now' using errcode = '${code}'; end if; return new; end $$`,
  "create trigger raising before insert on tests for each row execute function raising()",
];
const notRaising = ["drop trigger raising on tests", "drop function raising()"];

export const onPostgres: readonly Refusal[] = [
  {
    title: "a partition is missing (23514 without a constraint)",
    begin: [
      "alter table pending_builds rename to whole",
      "create table pending_builds (like whole including defaults) partition by hash (build_id)",
      "alter table pending_builds add primary key (build_id)",
      "create table one partition of pending_builds for values with (modulus 1000, remainder 1)",
    ],
    end: ["drop table pending_builds", "alter table whole rename to pending_builds"],
    told: /no partition of relation.*create the missing partition/,
  },
  {
    title: "a column that nobody knows needs a value (23502)",
    begin: ["delete from tests", "alter table tests add reviewed boolean not null"],
    end: ["alter table tests drop reviewed"],
    told: /null value in column.*alter table tests alter column reviewed drop not null/,
  },
  {
    title: "a column that may be empty must not be (23502)",
    begin: ["delete from tests", "alter table tests alter comment set not null"],
    end: ["alter table tests alter comment drop not null"],
    told: /null value in column.*alter table tests alter column comment drop not null/,
  },
  {
    title: "a sequence is used up (2200H)",
    begin: [
      "select setval(pg_get_serial_sequence('latest_checkout', 'id'), 2147483647)",
      "select setval(pg_get_serial_sequence('tree_listing', 'id'), 2147483647)",
    ],
    end: [
      "select setval(pg_get_serial_sequence('latest_checkout', 'id'), 1000)",
      "select setval(pg_get_serial_sequence('tree_listing', 'id'), 1000)",
    ],
    told: /reached maximum value of sequence.*a sequence is exhausted/,
  },
  {
    title: "the encoding cannot hold a character (22P05)",
    begin: raising("22P05"),
    end: notRaising,
    told: /not now.*encoding UTF8/,
  },
  {
    title: "a trigger raises (P0001)",
    begin: raising("P0001"),
    end: notRaising,
    told: /not now.*change or drop the rule or trigger of tests/,
  },
  {
    title: "a trigger raises what nobody knows (45000)",
    begin: raising("45000"),
    end: notRaising,
    told: /not now/,
  },
  {
    title: "a check refuses every row (23514)",
    begin: ["alter table builds add constraint never check (false) not valid"],
    end: ["alter table builds drop constraint never"],
    told: /violates check constraint.*change or drop the constraint never of builds/,
  },
  {
    title: "a check refuses all that is sent, and takes other rows (23514)",
    begin: ["alter table builds add constraint late check (origin <> 'faults') not valid"],
    end: ["alter table builds drop constraint late"],
    told: /violates check constraint.*change or drop the constraint late of builds/,
  },
  {
    title: "an index lets a value occur once (23505)",
    begin: ["delete from tests", "create unique index once on tests (origin)"],
    end: ["drop index once"],
    told: /violates unique constraint.*drop the index/,
  },
  {
    title: "rows exclude each other (23P01)",
    begin: [
      "delete from incidents",
      "alter table incidents add constraint alone exclude (origin with =)",
    ],
    end: ["alter table incidents drop constraint alone"],
    told: /conflicting key value.*drop the index or constraint/,
  },
  {
    title: "rows must have their parents (23503)",
    begin: [
      "alter table builds add constraint parent foreign key (checkout_id) references issues not valid",
    ],
    end: ["alter table builds drop constraint parent"],
    told: /violates foreign key constraint.*drop the foreign key/,
  },
  {
    title: "a generated column cannot be computed (22012)",
    begin: [
      "delete from tests",
      "alter table tests add share integer generated always as (1 / (length(origin) - 6)) stored",
    ],
    end: ["alter table tests drop share"],
    told: /division by zero.*do columns and indexes have/,
  },
  {
    title: "a column is shorter than ours (22001)",
    begin: ["delete from builds", "alter table builds alter status type varchar(3)"],
    end: ["alter table builds alter status type varchar(10)"],
    told: /value too long.*do columns and indexes have/,
  },
  {
    title: "a column is a type with values of its own (22P02)",
    begin: [
      "delete from builds",
      "create type verdict as enum ('GOOD', 'BAD')",
      "alter table builds alter status type verdict using null",
    ],
    end: ["alter table builds alter status type varchar(10)", "drop type verdict"],
    told: /invalid input value.*do columns and indexes have/,
  },
  {
    title: "row-level security is on (0A000)",
    begin: [
      "alter table tests enable row level security",
      "alter table tests force row level security",
    ],
    end: [
      "alter table tests disable row level security",
      "alter table tests no force row level security",
    ],
    told: /row-level security/,
  },
  {
    title: "a view has the place of a table (42)",
    begin: ["alter table tests rename to real", "create view tests as select * from real"],
    end: ["drop view tests", "alter table real rename to tests"],
    told: /"class":"operator"/,
  },
];

export const onSqlite: readonly Refusal[] = [
  {
    title: "a trigger raises",
    begin: [
      "create trigger raising before insert on tests begin select raise(abort, 'not now'); end",
    ],
    end: ["drop trigger raising"],
    told: /not now.*change or drop/,
  },
  {
    title: "a trigger raises for all that is sent, and takes other rows",
    begin: [
      "create trigger raising before insert on tests when new.origin = 'faults' begin select raise(abort, 'not now'); end",
    ],
    end: ["drop trigger raising"],
    told: /not now.*change or drop/,
  },
  {
    title: "a column that nobody knows needs a value",
    begin: [
      "alter table tests rename to former",
      "create table tests as select *, 1 as reviewed from former where false",
      "drop table tests",
      "create table tests (id text primary key, reviewed integer not null, _timestamp, origin, environment_comment, environment_misc, path, comment, log_url, log_excerpt, status, start_time, duration, output_files, misc, number_value, environment_compatible, number_prefix, number_unit, input_files, build_id)",
    ],
    end: ["drop table tests", "alter table former rename to tests"],
    told: /NOT NULL constraint failed: tests.reviewed.*allow NULL/,
  },
  {
    title: "a column is missing",
    // SQLite drops no column that a view names; the next start makes the views again.
    begin: [
      ...["boots", "failures", "test_runs", "results_by_commit"].map((view) => `drop view ${view}`),
      "alter table tests drop column number_unit",
    ],
    end: ["alter table tests add column number_unit text"],
    told: /number_unit.*migrate/,
  },
];
