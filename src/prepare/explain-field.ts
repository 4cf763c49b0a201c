import { nearest } from "../base/nearest.ts";
import { describeField, objectDescriptions } from "../submission/descriptions/fields.ts";
import { formats } from "../submission/formats/formats.ts";
import { became } from "../submission/hints/other-names.ts";
import { printable } from "../submission/text/printable.ts";
import {
  documentType,
  type Field,
  type FieldType,
  type ObjectType,
  type Version,
} from "../submission/versions/field.ts";
import { newestVersion, versions } from "../submission/versions/versions.ts";
import { columnsOf } from "./dashboard-columns.ts";

/** All that there is to say of a field. */
export interface ExplainedField {
  path: string;
  description: string;
  type: string;
  /** What the value must keep to. */
  rule?: string;
  required: boolean;
  example?: unknown;
  /** The first version that has it, and the last, where newer ones have it no more. */
  since: string;
  until?: string;
  /** What became of it. */
  became?: string;
  /** The columns of the dashboard's database that it fills. */
  columns: string[];
  /** The fields within it. */
  fields: string[];
}

/** Explains a field by its path, `tests.status` or `$.tests[3].status`; or says what was perhaps meant. */
export function explainField(path: string): ExplainedField | { unknown: string; hint: string } {
  const parts = path
    .replace(/^\$\.?/, "")
    .replaceAll(/\[[^\]]*\]/g, "")
    .split(".")
    .filter(Boolean);
  const having = versions.filter((version) => find(version, parts));
  const last = having.at(-1);
  const found = last && find(last, parts);
  const since = having[0]?.name;
  if (!found || !since || !last || parts.length === 0) return unknown(path, parts);
  const { owner, name, field } = found;
  const described = describeField(owner.name, name);
  const object = objectOf(field.type);
  const [list = "", ...rest] = parts;
  const isKept = last === newestVersion;
  const later = became.find(
    (one) => one.field === name && one.owner === owner.name.replace("revision", "checkout"),
  );
  const rule = ruleOf(field.type);
  const words = later && (later.now ? `\`${later.now}\`` : later.words);
  return {
    path: parts.join("."),
    description: described?.description ?? objectDescriptions[object?.name ?? ""] ?? "",
    type: typeOf(field.type),
    ...(rule ? { rule } : {}),
    required: field.required,
    ...(described && isKept ? { example: described.example } : {}),
    since,
    ...(isKept ? {} : { until: last.name }),
    ...(words && !isKept ? { became: words } : {}),
    columns: isKept && rest.length > 0 ? columnsOf(list, rest) : [],
    fields: Object.keys(object?.fields ?? {}),
  };
}

// --- internal ---

interface Found {
  owner: ObjectType;
  name: string;
  field: Field;
}

function find(version: Version, parts: readonly string[]): Found | undefined {
  let owner: ObjectType | undefined = documentType(version);
  let found: Found | undefined;
  for (const name of parts) {
    const field: Field | undefined =
      owner && Object.hasOwn(owner.fields, name) ? owner.fields[name] : undefined;
    if (!owner || !field) return undefined;
    found = { owner, name, field };
    owner = objectOf(field.type);
  }
  return found;
}

function objectOf(type: FieldType): ObjectType | undefined {
  if (type.kind === "list") return objectOf(type.items);
  if (type.kind === "either") return type.object;
  return type.kind === "object" ? type : undefined;
}

function typeOf(type: FieldType): string {
  if (type.kind === "list") return `a list, each ${typeOf(type.items).replace(/^an? /, "")}`;
  if (type.kind === "string") return "text";
  if (type.kind === "boolean") return "true or false";
  if (type.kind === "open") return "an object with any content";
  if (type.kind === "either") return "an object";
  return type.kind === "number"
    ? "a number"
    : type.kind === "integer"
      ? "a whole number"
      : "an object";
}

function ruleOf(type: FieldType): string | undefined {
  if (type.kind === "list") return ruleOf(type.items);
  if (type.kind === "integer")
    return type.constant === undefined ? "0 or more" : String(type.constant);
  if (type.kind !== "string") return undefined;
  const { values, format, maxLength, pattern } = type;
  const rules = [
    values && `one of ${values.join(", ")}`,
    format && formats[format].words,
    maxLength !== undefined && `at most ${maxLength} characters`,
    pattern?.words,
  ];
  return rules.filter(Boolean).join("; ") || undefined;
}

function unknown(path: string, parts: readonly string[]): { unknown: string; hint: string } {
  const known = Object.keys(documentType(newestVersion).fields);
  const [list = "", name] = parts;
  const owner = find(newestVersion, [list]);
  const fields = owner && objectOf(owner.field.type);
  const names = fields && name !== undefined ? Object.keys(fields.fields) : known;
  const near = nearest(fields && name !== undefined ? name : list, names);
  const meant = fields && name !== undefined ? `${list}.${near}` : near;
  return {
    unknown: `expected a field of the format, got ${printable(path)}`,
    hint: near
      ? `did you mean ${meant}?`
      : `write a list and a field, as tests.status; lists are ${known.join(", ")}`,
  };
}
