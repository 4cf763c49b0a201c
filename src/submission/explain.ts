import { carriedValues, isCarriedList, isList, isObjectOrCarried } from "./carried/values.ts";
import type { MistakeSink } from "./mistakes.ts";
import type { FieldType, ListType, ObjectType } from "./versions/field.ts";
import { findViolation } from "./violation.ts";

/**
 * Collects every mistake of a value against a type: the fields of the table, then unknown ones, then
 * missing ones (`submission/README.md` 7). Agrees with `isValid`: none only when it says yes.
 */
export function explain(type: FieldType, value: unknown, mistakes: MistakeSink): void {
  visit(type, value, [], undefined, undefined, mistakes);
}

type Place = (string | number)[];

function visit(
  type: FieldType,
  value: unknown,
  path: Place,
  owner: ObjectType | undefined,
  item: unknown,
  mistakes: MistakeSink,
): void {
  if (type.kind === "either") {
    visit(typeof value === "string" ? type.text : type.object, value, path, owner, item, mistakes);
  } else if (type.kind === "object") {
    if (isObjectOrCarried(value)) visitObject(type, value, path, mistakes);
    else mistakes.add({ path, code: "type", expected: "an object", value, type, owner, item });
  } else if (type.kind === "list") {
    const values = isCarriedList(value) ? carriedValues(value) : value;
    if (isList(value)) visitList(type, values as Iterable<unknown>, path, owner, item, mistakes);
    else mistakes.add({ path, code: "type", expected: "a list", value, type, owner, item });
  } else {
    const broken = findViolation(type, value);
    if (!broken) return;
    const { code, expected } = broken;
    mistakes.add({ path, code, expected, value, type, owner, item });
  }
}

function visitList(
  type: ListType,
  values: Iterable<unknown>,
  path: Place,
  owner: ObjectType | undefined,
  item: unknown,
  mistakes: MistakeSink,
): void {
  const last = path.push(0) - 1;
  let place = 0;
  for (const value of values) {
    path[last] = place++;
    visit(type.items, value, path, owner, item, mistakes);
  }
  path.pop();
}

function visitObject(
  type: ObjectType,
  value: Record<string, unknown>,
  path: Place,
  mistakes: MistakeSink,
): void {
  const { fields, names, required, expected } = factsOf(type);
  const last = path.push("") - 1;
  const given = Object.keys(value);
  let known = 0;
  for (let at = 0; known < given.length && at < fields.length; at++) {
    const name = names[at] as string;
    if (!Object.hasOwn(value, name)) continue;
    known += 1;
    path[last] = name;
    visit(fields[at] as FieldType, value[name], path, type, value, mistakes);
  }
  for (let at = 0; known < given.length && at < given.length; at++) {
    const name = given[at] as string;
    if (Object.hasOwn(type.fields, name)) continue;
    path[last] = name;
    mistakes.add({
      path,
      code: "unknown-field",
      expected,
      value: value[name],
      owner: type,
      item: value,
    });
  }
  path.pop();
  for (let at = 0; at < required.length; at++) {
    const { missing, expected } = required[at] as Required;
    if (Object.hasOwn(value, missing)) continue;
    mistakes.add({ path, code: "required", expected, missing, owner: type, item: value });
  }
}

/** A field that must be there, and what is said where it is not. */
interface Required {
  readonly missing: string;
  readonly expected: string;
}

/** What each object of a type needs, made once: a hostile list has millions of objects. */
interface ObjectFacts {
  readonly names: readonly string[];
  readonly fields: readonly FieldType[];
  readonly required: readonly Required[];
  /** Instead of an unknown field. */
  readonly expected: string;
}

const factsByType = new WeakMap<ObjectType, ObjectFacts>();

function factsOf(type: ObjectType): ObjectFacts {
  const known = factsByType.get(type);
  if (known) return known;
  const all = Object.entries(type.fields);
  const facts = {
    names: all.map(([name]) => name),
    fields: all.map(([, field]) => field.type),
    required: all
      .filter(([, field]) => field.required)
      .map(([missing]) => ({ missing, expected: `the field \`${missing}\`` })),
    expected: `no field but those of ${aOrAn(type.name)}`,
  };
  factsByType.set(type, facts);
  return facts;
}

function aOrAn(name: string): string {
  return `${/^[aeiou]/.test(name) ? "an" : "a"} ${name}`;
}
