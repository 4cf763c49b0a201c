import { expect, test } from "bun:test";
import { Validator } from "@cfworker/json-schema";
import Ajv2020, { type ValidateFunction } from "ajv/dist/2020";
import { editorKeywords, type JsonSchema, toJsonSchema } from "../../src/submission/json-schema.ts";
import { v4_5 } from "../../src/submission/versions/v4_5.ts";
import { versions } from "../../src/submission/versions/versions.ts";
import { caseFiles, fixtures } from "./cases.ts";

/** What a JSON Schema lets pass, because no pattern says it: the reason, and its trace in the text. */
const exceptions: readonly { reason: string; trace: RegExp }[] = [
  { reason: "days that a month does not have", trace: /-(?:29|30|31)T/i },
  { reason: "the address in the brackets of a URL", trace: /:\/\/[^/"]*\[/ },
];

function compileAll(): Map<string, ValidateFunction> {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, validateFormats: false });
  ajv.addVocabulary(editorKeywords);
  return new Map(versions.map((version) => [version.name, ajv.compile(toJsonSchema(version))]));
}

test("every version's schema compiles under strict rules", () => {
  expect([...compileAll().keys()]).toEqual(versions.map((version) => version.name));
});

test("the schema of each version has an id of its own, and words for every field", () => {
  const ids = versions.map((version) => toJsonSchema(version).$id);
  expect(new Set(ids).size).toBe(versions.length);
  for (const version of versions) {
    for (const [path, field] of fieldsOf(toJsonSchema(version))) {
      expect([version.name, path, field.title, typeof field.description]).toEqual([
        version.name,
        path,
        path.split(".").at(-1),
        "string",
      ]);
      if (field.enum) expect(field.enumDescriptions).not.toContain(undefined);
    }
  }
});

test("every example keeps to the rule of its field, and what newer versions lack is deprecated", () => {
  let examples = 0;
  for (const version of versions) {
    for (const [path, field] of fieldsOf(toJsonSchema(version))) {
      for (const example of (field.examples ?? []) as unknown[]) {
        examples += 1;
        expect([path, new Validator(field, "2020-12").validate(example).errors]).toEqual([
          path,
          [],
        ]);
      }
    }
  }
  expect(examples).toBeGreaterThan(500);
  const deprecated = fieldsOf(toJsonSchema(v4_5)).filter(([, field]) => field.deprecated);
  expect(deprecated.map(([path]) => path).sort()).toEqual([
    "builds.valid",
    "checkouts.contacts",
    "issues.build_valid",
    "issues.test_status",
    "tests.waived",
  ]);
});

test("a second independent validator agrees on the conformance cases", () => {
  const validators = new Map(
    versions.map((version) => [
      version.name,
      new Validator(withoutFormats(toJsonSchema(version)), "2020-12", true),
    ]),
  );
  let agreed = 0;
  const differences: string[] = [];
  for (const one of fixtures.flatMap(({ read }) => read())) {
    const validator = one.version && validators.get(one.version);
    if (!validator || one.data === undefined) continue;
    const { valid } = validator.validate(one.data);
    const isExcepted = exceptions.some(({ trace }) => trace.test(JSON.stringify(one)));
    if (valid === one.valid) agreed += 1;
    else if (!isExcepted) differences.push(`${one.name}: ${valid}`);
  }
  expect(differences).toEqual([]);
  expect(agreed).toBeGreaterThan(6000);
});

/** This validator takes a format for a rule, and has another one for each of them. */
function withoutFormats(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema, (key, value) => (key === "format" ? undefined : value)));
}

/** All fields of a schema by their paths. */
function fieldsOf(schema: JsonSchema, before = ""): [path: string, field: JsonSchema][] {
  const inner = (schema.items ?? schema) as JsonSchema;
  return Object.entries((inner.properties ?? {}) as Record<string, JsonSchema>).flatMap(
    ([name, field]) => [[`${before}${name}`, field], ...fieldsOf(field, `${before}${name}.`)],
  );
}

test("an independent validator agrees on the conformance cases", () => {
  const validators = compileAll();
  const differences: string[] = [];
  const excepted: Record<string, number> = {};
  let agreed = 0;
  for (const one of caseFiles.flatMap(({ read }) => read())) {
    const validator = one.version && validators.get(one.version);
    if (!validator || one.data === undefined) continue;
    const verdict = validator(one.data);
    const exception = exceptions.find(({ trace }) => trace.test(JSON.stringify(one)));
    if (verdict === one.valid) agreed += 1;
    else if (verdict && exception)
      excepted[exception.reason] = (excepted[exception.reason] ?? 0) + 1;
    else differences.push(`${one.name}: ${verdict}`);
  }
  console.log("JSON Schema under ajv:", agreed, "agree, excepted:", excepted);
  expect(agreed).toBeGreaterThan(6000);
  expect(differences).toEqual([]);
});
