import { type FieldPath, fieldPath } from "../rows/field-path.ts";
import type { Row } from "../rows/row.ts";
import type { JsonField, Source, Table } from "../rows/table.ts";
import { builds, checkouts, pendingTest } from "../rows/tables.ts";
import { conflictClause, type Dialect } from "./conflict-clause.ts";

/**
 * A test waits, and has no row in `pending_test`, while the checkout of its stored build is stored without
 * a start time: such a checkout is called undated (`rows/README.md` 3). The statements for it, which both
 * kinds of database share but for their words.
 */

/** How a kind of database spells what these statements need. */
export interface WithholdDialect extends Dialect {
  /** That what stands before is in the list that is parameter number `place`. */
  among(place: number): string;
  /** A field of a JSON column as text. */
  fieldText(field: JsonField): string;
}

/** The ids of those builds of list 1, and of the checkouts of list 2, whose checkout is undated. */
export function undatedBuilds({ among }: WithholdDialect): string {
  const ofUndated = [
    "select builds.id from checkouts join builds on builds.checkout_id = checkouts.id",
    "where checkouts.start_time is null and",
  ].join(" ");
  return `${ofUndated} builds.id ${among(1)} union ${ofUndated} checkouts.id ${among(2)}`;
}

/** Whether a test of the builds of list 1 is in `pending_test`. */
export function anyPending({ among }: WithholdDialect): string {
  return `select 1 from tests join pending_test on test_id = id where tests.build_id ${among(1)} limit 1`;
}

/** Takes the tests of the builds of list 1 out of `pending_test`. */
export function takeBack({ among }: WithholdDialect): string {
  return `delete from pending_test where test_id in (select id from tests where build_id ${among(1)})`;
}

/** Takes out of `pending_test` all that must wait, whoever wrote it; `builds` joins by what the rows say. */
export const takeAllBack = [
  "delete from pending_test where build_id in",
  "(select builds.id from checkouts join builds on builds.checkout_id = checkouts.id",
  "where checkouts.start_time is null)",
].join(" ");

/** Writes the rows of `pending_test` that follow from the stored tests of the checkouts of list 1. */
export function bringBack(dialect: WithholdDialect): string {
  const { set, where } = conflictClause(pendingTest, dialect);
  const names = pendingTest.written.map(({ name }) => name);
  const values = sourcesOf(pendingTest).map(([main, source]) =>
    expressionOf(main, source, dialect),
  );
  return [
    `insert into ${pendingTest.name} as stored (${names.join(", ")})`,
    `select ${values.join(", ")} from tests join builds on builds.id = tests.build_id`,
    `where builds.checkout_id ${dialect.among(1)} order by tests.id`,
    `on conflict (${pendingTest.conflict.on.join(", ")}) do update set ${set.join(", ")}`,
    ...(where ? [`where ${where}`] : []),
  ].join("\n");
}

/** Whether rows have to do with it: others need not even ask whether there is an undated checkout. */
export function bearsOnPending(rows: ReadonlyMap<Table, readonly Row[]>): boolean {
  return [checkouts, builds, pendingTest].some((table) => (rows.get(table)?.length ?? 0) > 0);
}

/** The values of a column, each once. */
export function distinct(table: Table, rows: readonly Row[], column: string): string[] {
  const place = table.at(column);
  return [...new Set(rows.map((row) => row[place] as string))];
}

// --- internal ---

function sourcesOf({ derived }: Table): [Table, Source][] {
  return derived ? derived.sources.map((source) => [derived.from, source]) : [];
}

/** What `deriveRows` makes of a row, as SQL. */
function expressionOf(main: Table, source: Source, dialect: WithholdDialect): string {
  if ("copy" in source) return `${main.name}.${source.copy}`;
  if ("text" in source) return dialect.fieldText(jsonField(main, source.text));
  if ("constant" in source) return String(source.constant);
  if ("isBoot" in source) {
    const path = `${main.name}.${source.isBoot}`;
    return `coalesce(${path} = 'boot' or substr(${path}, 1, 5) = 'boot.', false)`;
  }
  const status = `${main.name}.${source.letter}`;
  return `case when ${status} is null then null when ${status} = 'PASS' then 'P' when ${status} = 'FAIL' then 'F' else 'I' end`;
}

/** The JSON column that a path of the object leads into, and the field there. */
function jsonField(main: Table, path: FieldPath): JsonField {
  const inColumn = String(path.slice(0, -1));
  const column = main.written.find(({ name }) => String(fieldPath(name)) === inColumn);
  if (!column) throw new Error(`no column of ${main.name} holds ${path.join(".")}`);
  return { column: `${main.name}.${column.name}`, field: String(path.at(-1)) };
}
