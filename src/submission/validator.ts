import { z } from "zod";
import { accepts } from "./breach.ts";
import { documentType, type Field, type FieldType, type Version } from "./versions/field.ts";

const schemas = new Map<Version, z.ZodType>();
/** Schemas by type: most types are the same value in several versions. */
const compiled = new Map<FieldType, z.ZodType>();

/**
 * Says whether a parsed document keeps every rule of a version. It answers yes or no as fast as it
 * can; `explain` tells why. The schema of a version is made when it is first asked for.
 */
export function isValid(version: Version, document: unknown): boolean {
  const schema = remember(schemas, version, () => toZod(documentType(version)));
  return z.validate(schema, document);
}

function remember<K>(known: Map<K, z.ZodType>, key: K, make: () => z.ZodType): z.ZodType {
  const schema = known.get(key) ?? make();
  known.set(key, schema);
  return schema;
}

function toZod(type: FieldType): z.ZodType {
  return remember(compiled, type, () => makeSchema(type));
}

/**
 * Every object type is compiled into a function of its own: one for a whole document would be too
 * large for the engine's best optimizer.
 */
function makeSchema(type: FieldType): z.ZodType {
  switch (type.kind) {
    case "object": {
      const fields = Object.entries(type.fields);
      return z.compile(
        z.strictObject(
          Object.fromEntries(fields.map(([name, field]) => [name, fieldToZod(field)])),
        ),
      );
    }
    case "list": {
      const item = toZod(type.items);
      return z.custom(
        (value) => Array.isArray(value) && value.every((part) => z.validate(item, part)),
        { abort: true },
      );
    }
    case "either":
      return z.union([toZod(type.text), toZod(type.object)]);
    default:
      return z.custom(accepts(type), { abort: true });
  }
}

function fieldToZod({ type, required }: Field): z.ZodType {
  const schema = toZod(type);
  return required ? schema : schema.optional();
}
