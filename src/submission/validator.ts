import { everyCarried, isCarriedList, isObjectOrCarried } from "./carried/values.ts";
import { exceeds } from "./formats/exceeds.ts";
import { formats } from "./formats/formats.ts";
import { matches } from "./formats/patterns.ts";
import {
  documentType,
  type FieldType,
  type ObjectType,
  type StringType,
  type Version,
} from "./versions/field.ts";
import { findViolation } from "./violation.ts";

type Test = (value: unknown) => boolean;

const documents = new Map<Version, Test>();
/** Tests by type: most types are the same value in several versions. */
const known = new Map<FieldType, Test>();

/**
 * Says whether a parsed document keeps every rule of a version. It returns yes or no as fast as it
 * can; `explain` tells why. The tests of a version are made when it is first asked for.
 */
export function isValid(version: Version, document: unknown): boolean {
  return remember(documents, version, () => testOf(documentType(version)))(document);
}

/** What says whether a value is of a type, made when it is first asked for. */
export function testOf(type: FieldType): Test {
  return remember(known, type, () => makeTest(type));
}

// --- internal ---

function remember<K>(tests: Map<K, Test>, key: K, make: () => Test): Test {
  const test = tests.get(key) ?? make();
  tests.set(key, test);
  return test;
}

function makeTest(type: FieldType): Test {
  switch (type.kind) {
    case "object":
      return testObject(type);
    case "list": {
      const item = testOf(type.items);
      return (value) =>
        Array.isArray(value)
          ? value.every((part) => item(part))
          : isCarriedList(value) && everyCarried(value, item);
    }
    case "either": {
      const [text, object] = [testOf(type.text), testOf(type.object)];
      return (value) => (typeof value === "string" ? text(value) : object(value));
    }
    case "string":
      return testText(type);
    default:
      return (value) => findViolation(type, value) === undefined;
  }
}

/** Looks at the fields that are there, not at all that could be: most are absent. */
function testObject(type: ObjectType): Test {
  const fields = Object.entries(type.fields);
  const tests = new Map(fields.map(([name, field]) => [name, testOf(field.type)]));
  const required = fields.filter(([, field]) => field.required).map(([name]) => name);
  return (value) => {
    if (!isObjectOrCarried(value)) return false;
    for (const name in value) {
      const test = tests.get(name);
      if (!test?.(value[name])) return false;
    }
    return required.every((name) => Object.hasOwn(value, name));
  };
}

function testText({ values, format, maxLength, pattern }: StringType): Test {
  const tests: ((text: string) => boolean)[] = [];
  if (values) tests.push((text) => values.includes(text));
  if (format) tests.push(formats[format].test);
  if (maxLength !== undefined) tests.push((text) => !exceeds(text, maxLength));
  if (pattern) tests.push((text) => matches(pattern, text));
  const [first = () => true, second] = tests;
  if (!second) return (value) => typeof value === "string" && first(value);
  return (value) => typeof value === "string" && tests.every((test) => test(value));
}
