import { isObject } from "../base/is-object.ts";
import type { FoundMistake, MistakeSink } from "./mistakes.ts";
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
    if (isObject(value)) visitObject(type, value, path, mistakes);
    else report(mistakes, path, { code: "type", expected: "an object", value, type, owner, item });
  } else if (type.kind === "list") {
    if (Array.isArray(value)) visitList(type, value, path, owner, item, mistakes);
    else report(mistakes, path, { code: "type", expected: "a list", value, type, owner, item });
  } else {
    const broken = findViolation(type, value);
    if (broken) report(mistakes, path, { ...broken, value, type, owner, item });
  }
}

function visitList(
  type: ListType,
  value: readonly unknown[],
  path: Place,
  owner: ObjectType | undefined,
  item: unknown,
  mistakes: MistakeSink,
): void {
  const last = path.push(0) - 1;
  for (let place = 0; place < value.length; place++) {
    path[last] = place;
    visit(type.items, value[place], path, owner, item, mistakes);
  }
  path.pop();
}

function visitObject(
  type: ObjectType,
  value: Record<string, unknown>,
  path: Place,
  mistakes: MistakeSink,
): void {
  const last = path.push("") - 1;
  for (const [name, field] of Object.entries(type.fields)) {
    if (!Object.hasOwn(value, name)) continue;
    path[last] = name;
    visit(field.type, value[name], path, type, value, mistakes);
  }
  for (const name of Object.keys(value)) {
    if (Object.hasOwn(type.fields, name)) continue;
    path[last] = name;
    const expected = `no field but those of ${aOrAn(type.name)}`;
    report(mistakes, path, {
      code: "unknown-field",
      expected,
      value: value[name],
      owner: type,
      item: value,
    });
  }
  path.pop();
  for (const [name, field] of Object.entries(type.fields)) {
    if (!field.required || Object.hasOwn(value, name)) continue;
    const expected = `the field \`${name}\``;
    report(mistakes, path, { code: "required", expected, missing: name, owner: type, item: value });
  }
}

function aOrAn(name: string): string {
  return `${/^[aeiou]/.test(name) ? "an" : "a"} ${name}`;
}

function report(mistakes: MistakeSink, path: Place, mistake: Omit<FoundMistake, "path">): void {
  mistakes.add({ path, ...mistake });
}
