import type { Pattern } from "../formats/patterns.ts";

/** The formats that the schema checks (`submission/README.md` 3.4–3.6). */
export type Format = "uri" | "date-time" | "email";

/** A text. */
export interface StringType {
  readonly kind: "string";
  readonly pattern?: Pattern;
  readonly format?: Format;
  /** Longest text, in code points. */
  readonly maxLength?: number;
  /** The only values allowed, compared exactly. */
  readonly values?: readonly string[];
}

/** A whole number from 0. */
export interface IntegerType {
  readonly kind: "integer";
  /** The greatest value allowed; the least is always 0. */
  readonly maximum?: number;
  /** The only value allowed. */
  readonly constant?: number;
}

/** A list of values of one type. */
export interface ListType {
  readonly kind: "list";
  readonly items: FieldType;
}

/** An object that has no fields but these. */
export interface ObjectType {
  readonly kind: "object";
  /** What one such object is called in messages: "checkout". */
  readonly name: string;
  readonly fields: Fields;
}

/** A text or an object: the `version` of 1.1. */
export interface EitherType {
  readonly kind: "either";
  readonly text: StringType;
  readonly object: ObjectType;
}

/** `open` is an object with any content: `misc`. `number` is any JSON number, without bounds. */
export type FieldType =
  | StringType
  | IntegerType
  | ListType
  | ObjectType
  | EitherType
  | { readonly kind: "number" | "boolean" | "open" };

/** A field of an object: what it holds, and whether it must be there. */
export interface Field {
  readonly type: FieldType;
  readonly required: boolean;
}

/** Fields by name, in the specification's order. Names come from outside: ask with `Object.hasOwn`. */
export type Fields = Readonly<Record<string, Field>>;

/** One version of the format: what its lists hold. */
export interface Version {
  /** `5.3` */
  readonly name: string;
  readonly major: number;
  readonly minor: number;
  readonly lists: Readonly<Record<string, ObjectType>>;
  /** The text that may stand for the version object; only 1.1 has one. */
  readonly versionText?: Pattern;
}

/** Marks a field that must be there; all others may be left out. */
export function required(type: FieldType): Field {
  return { type, required: true };
}

/** Builds an object type from its field table; a bare type is an optional field. */
export function object(name: string, fields: Record<string, FieldType | Field>): ObjectType {
  return { kind: "object", name, fields: toFields(fields) };
}

/** A list of values of a type. */
export function list(items: FieldType): ListType {
  return { kind: "list", items };
}

/** Fields by their names; a bare type is an optional field. */
export function toFields(fields: Record<string, FieldType | Field>): Fields {
  const entries = Object.entries(fields).map(([name, field]): [string, Field] => [
    name,
    "kind" in field ? { type: field, required: false } : field,
  ]);
  return Object.fromEntries(entries);
}

/** The type of a whole document of a version. */
export function documentType(version: Version): ObjectType {
  const numbers = object("version", {
    major: required({ kind: "integer", constant: version.major }),
    minor: { kind: "integer", maximum: version.minor },
  });
  const text = version.versionText;
  const either: FieldType = text
    ? { kind: "either", text: { kind: "string", pattern: text }, object: numbers }
    : numbers;
  const lists = Object.entries(version.lists).map(([name, items]) => [name, list(items)] as const);
  return object("submission", { version: required(either), ...Object.fromEntries(lists) });
}
