import { automaticLab, labFields, platform } from "../../rows/main-tables.ts";
import type { CarriedFields } from "../../submission/carried/read-carried.ts";
import type { FieldType } from "../../submission/versions/field.ts";
import { versions } from "../../submission/versions/versions.ts";

/** What is only stored, by the format of all versions: nobody looks into it but value by value. */
export const carriedFields: CarriedFields = {
  inMisc: [...Object.values(labFields), automaticLab, platform.field],
  objects: namesOf("object"),
  lists: namesOf("list"),
};

// --- internal ---

/** The fields of objects that are of a kind in some version, and those of objects within them. */
function namesOf(kind: FieldType["kind"]): string[] {
  const objects = versions.flatMap(({ lists }) => Object.values(lists));
  const fields = objects.flatMap((object) => Object.entries(object.fields));
  const inner = fields.flatMap(([, { type }]) =>
    type.kind === "object" ? Object.entries(type.fields) : [],
  );
  const named = [...fields, ...inner].filter(([, { type }]) => type.kind === kind);
  return [...new Set(named.map(([name]) => name))];
}
