import type { Item } from "../submission/submission.ts";

/** Where in an object of a list a column's value comes from. */
export type FieldPath = readonly (string | number)[];

/** Objects inside an object whose fields become columns of their own, prefixed with the name. */
const flattened = ["culprit", "environment", "number"];

/** The field that a column of a main table takes: its own name, or a field of a flattened object. */
export function fieldPath(column: string): FieldPath {
  const owner = flattened.find((name) => column.startsWith(`${name}_`));
  return owner ? [owner, column.slice(owner.length + 1)] : [column];
}

/** The value of a field; no name in a path is one that every object has. */
export function valueAt(item: Item, field: FieldPath): unknown {
  let value: unknown = item;
  for (let at = 0; at < field.length; at++) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Item)[field[at] as string];
  }
  return value;
}
