import { describeField, objectDescriptions, valueDescriptions } from "./descriptions/fields.ts";
import { dateTimePattern } from "./formats/date-time.ts";
import { formats } from "./formats/formats.ts";
import { uriPattern } from "./formats/uri.ts";
import {
  documentType,
  type Field,
  type FieldType,
  type Format,
  type ObjectType,
  type StringType,
  type Version,
} from "./versions/field.ts";
import { newestVersion } from "./versions/versions.ts";

/** A JSON Schema document or a part of one. */
export type JsonSchema = Record<string, unknown>;

/**
 * What a format asks for as a pattern, because JSON Schema's `format` is only a note. Two rules are
 * beyond a pattern: the days that a month has, and the groups of an IPv6 address.
 */
const formatPatterns: Record<Format, RegExp> = {
  uri: uriPattern,
  "date-time": dateTimePattern,
  email: /@/,
};

/** Names that are no part of JSON Schema: editors show what they hold, others pass over them. */
export const editorKeywords = ["enumDescriptions", "patternErrorMessage"];

/** Writes the rules of a version as a JSON Schema (draft 2020-12), with words for editors. */
export function toJsonSchema(version: Version): JsonSchema {
  const isOld = version.major < newestVersion.major;
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: `urn:kci-ingester:submission:${version.name}`,
    title: `KernelCI submission, version ${version.name}`,
    ...(isOld ? { deprecated: true } : {}),
    ...schemaOf(documentType(version)),
  };
}

// --- internal ---

function schemaOf(type: FieldType): JsonSchema {
  switch (type.kind) {
    case "object":
      return schemaOfObject(type);
    case "list":
      return { type: "array", items: schemaOf(type.items) };
    case "either":
      return { anyOf: [schemaOf(type.text), schemaOf(type.object)] };
    case "open":
      return { type: "object" };
    case "integer": {
      const { constant, maximum } = type;
      if (constant !== undefined) return { type: "integer", const: constant };
      return { type: "integer", minimum: 0, ...(maximum === undefined ? {} : { maximum }) };
    }
    case "string":
      return schemaOfText(type);
    default:
      return { type: type.kind };
  }
}

function schemaOfObject(type: ObjectType): JsonSchema {
  const fields = Object.entries(type.fields);
  const required = fields.flatMap(([name, field]) => (field.required ? [name] : []));
  const properties = fields.map(([name, field]) => [name, schemaOfField(type, name, field)]);
  return {
    type: "object",
    description: objectDescriptions[type.name],
    properties: Object.fromEntries(properties),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}

function schemaOfField(owner: ObjectType, name: string, { type }: Field): JsonSchema {
  const described = describeField(owner.name, name);
  const { description: ofType, ...schema } = schemaOf(type);
  return {
    title: name,
    description: described?.description ?? ofType,
    ...(isKept(owner, name) ? {} : { deprecated: true }),
    ...schema,
    // Examples are of the newest version; in older ones some would not do.
    ...(described && isOfNewest(owner, name, type) ? { examples: [described.example] } : {}),
  };
}

function schemaOfText({ format, maxLength, values, pattern }: StringType): JsonSchema {
  const patterns = [format && formatPatterns[format], pattern?.regex].flatMap((regex) =>
    regex ? [{ pattern: regex.source }] : [],
  );
  const words = [format && formats[format].words, pattern?.words].filter(Boolean);
  return {
    type: "string",
    ...(values
      ? { enum: values, enumDescriptions: values.map((value) => valueDescriptions[value]) }
      : {}),
    ...(format ? { format } : {}),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(patterns.length > 1 ? { allOf: patterns } : patterns[0]),
    ...(words.length > 0 ? { patternErrorMessage: `expected ${words.join("; ")}` } : {}),
  };
}

/** The fields of the newest version, by the names of their objects. */
const newest = new Map<string, ObjectType>();
collect(documentType(newestVersion));

function collect(type: FieldType): void {
  if (type.kind === "list") collect(type.items);
  if (type.kind !== "object") return;
  newest.set(type.name, type);
  for (const field of Object.values(type.fields)) collect(field.type);
}

/** Whether the newest version has the field still. */
function isKept(owner: ObjectType, name: string): boolean {
  const fields = newest.get(owner.name)?.fields;
  return fields !== undefined && Object.hasOwn(fields, name);
}

function isOfNewest(owner: ObjectType, name: string, type: FieldType): boolean {
  return isKept(owner, name) && newest.get(owner.name)?.fields[name]?.type === type;
}
