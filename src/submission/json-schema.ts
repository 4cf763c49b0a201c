import { dateTimePattern } from "./formats/date-time.ts";
import { uriPattern } from "./formats/uri.ts";
import { documentType, type FieldType, type Format, type Version } from "./versions/field.ts";

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

/** Writes the rules of a version as a JSON Schema (draft 2020-12). */
export function toJsonSchema(version: Version): JsonSchema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: `KernelCI submission, version ${version.name}`,
    ...schemaOf(documentType(version)),
  };
}

function schemaOf(type: FieldType): JsonSchema {
  switch (type.kind) {
    case "object": {
      const fields = Object.entries(type.fields);
      const required = fields.flatMap(([name, field]) => (field.required ? [name] : []));
      return {
        type: "object",
        properties: Object.fromEntries(fields.map(([name, field]) => [name, schemaOf(field.type)])),
        ...(required.length > 0 ? { required } : {}),
        additionalProperties: false,
      };
    }
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
    case "string": {
      const { format, maxLength, values, pattern } = type;
      const patterns = [format && formatPatterns[format], pattern?.regex].flatMap((regex) =>
        regex ? [{ pattern: regex.source }] : [],
      );
      return {
        type: "string",
        ...(values ? { enum: values } : {}),
        ...(format ? { format } : {}),
        ...(maxLength === undefined ? {} : { maxLength }),
        ...(patterns.length > 1 ? { allOf: patterns } : patterns[0]),
      };
    }
    default:
      return { type: type.kind };
  }
}
