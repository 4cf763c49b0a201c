import { fieldPath } from "../../rows/field-path.ts";
import { automaticLab, labFields, platform } from "../../rows/main-tables.ts";
import { mainTables } from "../../rows/to-rows.ts";
import type { CarriedFields } from "../../submission/carried/read-carried.ts";
import { isOfType } from "../../submission/validator.ts";
import type { FieldType } from "../../submission/versions/field.ts";
import { versions } from "../../submission/versions/versions.ts";

/** What is only stored, by the tables: each column of JSON, where nobody has to look into it. */
export const carriedFields: CarriedFields = {
  inMisc: [...Object.values(labFields), automaticLab, platform.field],
  lists: new Map(
    jsonNames().flatMap((name) => {
      const types = itemTypesOf(name);
      return types.length === 0 ? [] : [[name, (value: unknown) => isPlain(value, types)] as const];
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

/** What a list of this name has in it, in every version where there is such a list. */
function itemTypesOf(name: string): FieldType[] {
  const types = versions
    .flatMap(({ lists }) => Object.values(lists))
    .flatMap(({ fields }) => fields[name]?.type ?? []);
  return [...new Set(types.flatMap((type) => (type.kind === "list" ? type.items : [])))];
}

/** Whether a value is good in every version, and has nothing that an upgrade changes or a warning tells. */
function isPlain(value: unknown, types: readonly FieldType[]): boolean {
  if (!types.every((type) => isOfType(type, value))) return false;
  // A URL with a password has an at sign.
  return Object.values(value as object).every((part) => !String(part).includes("@"));
}
