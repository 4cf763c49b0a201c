import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FieldType, Version } from "../../src/submission/versions/field.ts";
import { versions } from "../../src/submission/versions/versions.ts";
import { sharedDir } from "../shared.ts";

interface Fact {
  path: string;
  [rule: string]: unknown;
}

test.skipIf(!sharedDir)("the tables of all 13 versions are those of the specification", () => {
  const spec = readFileSync(join(sharedDir as string, "spec/kcidb-schema.json"), "utf8");
  const facts = JSON.parse(spec) as Record<string, { fields: Fact[] }>;
  expect(versions.map(({ name }) => name).sort()).toEqual(Object.keys(facts).sort());
  for (const version of versions) {
    expect(comparable(factsOf(version))).toEqual(comparable(facts[version.name]?.fields ?? []));
  }
});

function comparable(facts: Fact[]): Fact[] {
  return facts
    .map((fact) => (Array.isArray(fact.enum) ? { ...fact, enum: [...fact.enum].sort() } : fact))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function factsOf({ lists }: Version): Fact[] {
  return Object.entries(lists).flatMap(([name, items]) => [
    { path: name, type: "array", required: false },
    ...describe(items, `${name}[]`, {}),
  ]);
}

function describe(type: FieldType, path: string, base: Record<string, unknown>): Fact[] {
  switch (type.kind) {
    case "object": {
      const fields = Object.entries(type.fields).flatMap(([name, field]) =>
        describe(field.type, `${path}.${name}`, { required: field.required }),
      );
      return [{ path, ...base, type: "object", closed: true }, ...fields];
    }
    case "list":
      return [{ path, ...base, type: "array" }, ...describe(type.items, `${path}[]`, {})];
    case "open":
      return [{ path, ...base, type: "object", closed: false }];
    case "integer":
      return [{ path, ...base, type: "integer", minimum: 0 }];
    case "string": {
      const { pattern, format, maxLength, values } = type;
      const rules = { pattern: pattern?.source, format, maxLength, enum: values };
      const given = Object.entries(rules).filter(([, rule]) => rule !== undefined);
      return [{ path, ...base, type: "string", ...Object.fromEntries(given) }];
    }
    default:
      return [{ path, ...base, type: type.kind }];
  }
}
