import { fieldPath } from "../../rows/field-path.ts";
import { automaticLab, labFields, platform } from "../../rows/main-tables.ts";
import { mainTables } from "../../rows/to-rows.ts";
import type { CarriedFields } from "../../submission/carried/read-carried.ts";
import { testOf } from "../../submission/validator.ts";
import type { ObjectType } from "../../submission/versions/field.ts";
import { versions } from "../../submission/versions/versions.ts";

/** What is only stored, by the tables: each column of JSON, where nobody has to look into it. */
export const carriedFields: CarriedFields = {
  inMisc: [...Object.values(labFields), automaticLab, platform.field],
  lists: new Map(
    jsonNames().flatMap((name) => {
      const types = itemTypesOf(name);
      return types.length === 0 ? [] : [[name, testOfAll(types)] as const];
    }),
  ),
};

// --- internal ---

/** The fields of objects that have a column of JSON. */
function jsonNames(): string[] {
  const columns = Object.values(mainTables).flatMap(({ written }) =>
    written.filter(({ type }) => type === "json"),
  );
  const paths = columns.map(({ name }) => fieldPath(name));
  return [...new Set(paths.flatMap(([name, inner]) => (inner === undefined ? `${name}` : [])))];
}

/** What a list of objects of this name has in it, in every version where there is such a list, the newest first. */
function itemTypesOf(name: string): ObjectType[] {
  const types = versions
    .flatMap(({ lists }) => Object.values(lists))
    .flatMap(({ fields }) => fields[name]?.type ?? []);
  const items = types.flatMap((type) => (type.kind === "list" ? type.items : []));
  return [...new Set(items)].filter((type) => type.kind === "object").reverse();
}

/** Says whether a value is good in every version, and has nothing that an upgrade changes or a warning tells. */
function testOfAll([newest, ...others]: ObjectType[]): (value: unknown) => boolean {
  // What has the same type in several versions is looked at once.
  const more = others.flatMap(({ fields }) =>
    Object.entries(fields).flatMap(([name, { type }]) =>
      type === newest?.fields[name]?.type ? [] : [[name, type] as const],
    ),
  );
  const isNewest = newest ? testOf(newest) : () => false;
  const tests = more.map(([name, type]) => [name, testOf(type)] as const);
  return (value) => {
    if (!isNewest(value)) return false;
    const object = value as Record<string, unknown>;
    for (const [name, test] of tests) if (!test(object[name])) return false;
    // A URL with a password has an at sign.
    for (const name in object) if (String(object[name]).includes("@")) return false;
    return true;
  };
}
