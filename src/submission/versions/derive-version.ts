import { type Field, type Fields, type FieldType, toFields, type Version } from "./field.ts";

/** How the objects of one list differ from those of the version beside. */
export interface FieldChange {
  /** Fields that it does not have. */
  readonly without?: readonly string[];
  /** Fields that it has besides, or with another type. */
  readonly having?: Record<string, FieldType | Field>;
}

/**
 * Derives a version from the one before or after it: what is different in it, list by list; `null` for a
 * list that it does not have. `retyped` pairs a type with what stands in its place, in every object,
 * nested ones too.
 */
export function deriveVersion(
  base: Version,
  name: string,
  lists: Record<string, FieldChange | null>,
  retyped: ReadonlyMap<FieldType, FieldType> = new Map(),
): Version {
  const [major = 0, minor = 0] = name.split(".").map(Number);
  const changed: [string, Version["lists"][string]][] = [];
  for (const [list, type] of Object.entries(base.lists)) {
    const change = lists[list];
    if (change === null) continue;
    // What did not change stays the same value: its validator is compiled once.
    if (!change && retyped.size === 0) {
      changed.push([list, type]);
      continue;
    }
    changed.push([list, { ...type, fields: changeFields(type.fields, change ?? {}, retyped) }]);
  }
  return { name, major, minor, lists: Object.fromEntries(changed) };
}

function changeFields(
  fields: Fields,
  { without = [], having = {} }: FieldChange,
  retyped: ReadonlyMap<FieldType, FieldType>,
): Fields {
  const kept = Object.entries(fields)
    .filter(([name]) => !without.includes(name))
    .map(([name, field]): [string, Field] => [
      name,
      { ...field, type: retype(field.type, retyped) },
    ]);
  return { ...Object.fromEntries(kept), ...toFields(having) };
}

function retype(type: FieldType, retyped: ReadonlyMap<FieldType, FieldType>): FieldType {
  if (retyped.size === 0) return type;
  const other = retyped.get(type);
  if (other) return other;
  if (type.kind === "list") return { ...type, items: retype(type.items, retyped) };
  if (type.kind === "object") return { ...type, fields: changeFields(type.fields, {}, retyped) };
  return type;
}
