import { describe, expect, test } from "bun:test";
import { fieldPath } from "../../src/rows/field-path.ts";
import type { Column, Table } from "../../src/rows/table.ts";
import { index, table } from "../../src/rows/table.ts";
import { checkouts, tables } from "../../src/rows/tables.ts";
import { dashboardTables } from "../../src/store/postgres/dashboard-tables.ts";
import { listNames } from "../../src/submission/submission.ts";
import { newestVersion } from "../../src/submission/versions/versions.ts";

/** Every column that the facts of a table name, with where they do. */
function namesIn(one: Table): [string, string][] {
  const { conflict } = one;
  return [
    ...one.primaryKey.map((name): [string, string] => ["primary key", name]),
    ...conflict.on.map((name): [string, string] => ["conflict", name]),
    ...(conflict.rule === "latest" ? [...conflict.order, ...conflict.takes] : []).map(
      (name): [string, string] => ["latest", name],
    ),
    ...Object.entries(one.unique).flatMap(([at, { columns }]) =>
      columns.map((name): [string, string] => [at, name]),
    ),
    ...Object.entries(one.indexes).flatMap(([at, { keys, where }]) =>
      [...keys, ...(where ? [where] : [])].map((key): [string, string] => [
        at,
        typeof key === "string" ? key : key.column,
      ]),
    ),
    ...one.columns.flatMap(({ name, follows, fallback, md5Of }) =>
      [follows, fallback?.column, ...(md5Of ?? [])].flatMap((other): [string, string][] =>
        other === undefined ? [] : [[name, other]],
      ),
    ),
  ];
}

describe.each([...tables, ...dashboardTables])("the facts of $name", (one) => {
  test("name no column that it does not have", () => {
    const columns = new Set(one.columns.map(({ name }) => name));
    expect(namesIn(one).filter(([, name]) => !columns.has(name))).toEqual([]);
  });

  test("say what rows conflict on by a constraint that the table has", () => {
    const keys = [one.primaryKey, ...Object.values(one.unique).map(({ columns }) => columns)];
    expect(keys.map(String)).toContain(String(one.conflict.on));
  });
});

test.each([...listNames])("every field of %s in the newest version has a column", (list) => {
  const taken = tables.find(({ name }) => name === list)?.written ?? [];
  const paths = taken.map(({ name }) => fieldPath(name).join("."));
  const fields = Object.entries(newestVersion.lists[list]?.fields ?? {});
  const named = fields.flatMap(([name, { type }]) =>
    type.kind === "object" ? Object.keys(type.fields).map((part) => `${name}.${part}`) : [name],
  );
  expect(named.length).toBeGreaterThan(9);
  expect(paths.toSorted()).toEqual(named.toSorted());
});

const derivedTables = tables.flatMap(({ name, written, derived }) =>
  derived ? [{ name, written, derived }] : [],
);

test.each(derivedTables)("$name copies columns of its own types", ({ written, derived }) => {
  const { from, sources } = derived;
  expect(sources).toHaveLength(written.length);
  const kind = (column: Column | undefined) => column?.type.replace("varchar", "text");
  for (const [place, source] of sources.entries()) {
    if (!("copy" in source)) continue;
    const taken = from.written[from.at(source.copy)];
    expect([source.copy, kind(written[place])]).toEqual([source.copy, kind(taken)]);
  }
});

test("the main tables, and no others, keep the time of ingestion", () => {
  const keeping = tables.filter(({ ingestionTime }) => ingestionTime?.name === "_timestamp");
  expect(keeping).toEqual(tables.filter(({ derived }) => !derived));
  expect(keeping.map(({ name }) => name)).toEqual([...listNames]);
});

test("a source that the main table does not have is found at once", () => {
  const derive = (sources: Record<string, { copy: string }>) =>
    table("x", {
      columns: { id: "text!", tree: "text" },
      derived: { from: checkouts, sources },
      indexes: { x_tree: index("tree") },
    });
  expect(derive({ tree: { copy: "tree_name" } }).derived?.sources).toEqual([
    { copy: "id" },
    { copy: "tree_name" },
  ]);
  expect(() => derive({})).toThrow("no written column tree");
});
