import { z } from "zod";
import { breach } from "./breach.ts";
import { documentType, type Field, type FieldType, type Version } from "./versions/field.ts";

const compiled = new Map<Version, z.ZodType>();

/**
 * Says whether a parsed document keeps every rule of a version. It answers yes or no as fast as it
 * can; `explain` tells why. The schema of a version is made when it is first asked for.
 */
export function isValid(version: Version, document: unknown): boolean {
  let schema = compiled.get(version);
  if (!schema) {
    schema = z.compile(toZod(documentType(version)));
    compiled.set(version, schema);
  }
  return z.validate(schema, document);
}

function toZod(type: FieldType): z.ZodType {
  switch (type.kind) {
    case "object":
      return z.strictObject(
        Object.fromEntries(
          Object.entries(type.fields).map(([name, field]) => [name, fieldToZod(field)]),
        ),
      );
    case "list":
      return z.array(toZod(type.items));
    case "either":
      return z.union([toZod(type.text), toZod(type.object)]);
    default:
      return z.custom((value) => breach(type, value) === undefined, { abort: true });
  }
}

function fieldToZod({ type, required }: Field): z.ZodType {
  const schema = toZod(type);
  return required ? schema : schema.optional();
}
