import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FieldType, Version } from "../../src/submission/versions/field.ts";
import { newestVersion, versions } from "../../src/submission/versions/versions.ts";
import { sharedDir } from "../shared.ts";

interface Fact {
  path: string;
  [rule: string]: unknown;
}

/** Digests of the field tables of KernelCI's own library, in the form of `factsOf`, by version. */
const digests: Readonly<Record<string, string>> = {
  "1.1": "bdf26caba6c03d71",
  "2.0": "dc3afa25a8adc3b1",
  "3.0": "2253c17a1ea50a2a",
  "4.0": "24485ceb724c45f7",
  "4.1": "99f8c6c9f2a88473",
  "4.2": "ad6e3a75983b63cd",
  "4.3": "8218980d0453b1fe",
  "4.4": "4ab3f219df8be7ba",
  "4.5": "57aaf297d708b620",
  "5.0": "f7bfe74ddfcbf27c",
  "5.1": "74cb26f163dff4d8",
  "5.2": "b3e57f4fba02b710",
  "5.3": "ddf9e53f2460267a",
};

test("the tables of all versions are those of KernelCI's own library", () => {
  const actual = versions.map((version) => [version.name, digestOf(factsOf(version))]);
  expect(Object.fromEntries(actual)).toEqual(digests);
});

test("the newest version has one name: no code outside of the versions says which it is", () => {
  const root = join(import.meta.dir, "../..");
  const sources = [...new Bun.Glob("{src,scripts}/**/*.ts").scanSync(root)].filter(
    (source) => !source.startsWith("src/submission/versions/"),
  );
  expect(sources.length).toBeGreaterThan(200);
  const { name, major, minor } = newestVersion;
  const named = new RegExp(
    `\\bv\\d_\\d\\b|["'(]${name}["')]|minor"?: ${minor}\\b|\\b${major}, ${minor}\\b`,
  );
  const naming = sources.flatMap((source) =>
    readFileSync(join(root, source), "utf8")
      .split("\n")
      .filter((line) => named.test(line) && !/^\s*(?:\*|\/\*\*|\/\/)/.test(line))
      .map((line) => `${source}: ${line.trim()}`),
  );
  expect(naming).toEqual([]);
});

test("the newest version is the last and the greatest of them", () => {
  const { major, minor } = newestVersion;
  expect(versions.at(-1)).toBe(newestVersion);
  const older = versions.slice(0, -1);
  expect(
    older.filter((one) => one.major > major || (one.major === major && one.minor >= minor)),
  ).toEqual([]);
});

test("submission/README.md names every version", () => {
  const readme = readFileSync(join(import.meta.dir, "../../src/submission/README.md"), "utf8");
  const [, told = ""] = /^- The version must exist: ([^a-z]*)\. /m.exec(readme) ?? [];
  const majors = Map.groupBy(versions, ({ major }) => major);
  const meant = [...majors.values()].map((minors) =>
    [...new Set([minors[0], minors.at(-1)])].map((version) => version?.name).join("–"),
  );
  expect(told.split(", ")).toEqual(meant);
});

if (sharedDir) {
  test("the digests are those of the specification, and its facts ours, one by one", () => {
    const spec = readFileSync(join(sharedDir ?? "", "spec/kcidb-schema.json"), "utf8");
    const facts = JSON.parse(spec) as Record<string, { fields: Fact[] }>;
    expect(versions.map(({ name }) => name).sort()).toEqual(Object.keys(facts).sort());
    for (const version of versions) {
      const theirs = facts[version.name]?.fields ?? [];
      expect(comparable(factsOf(version))).toEqual(comparable(theirs));
      expect(digestOf(theirs)).toBe(digests[version.name] ?? "");
    }
  });
}

function digestOf(facts: Fact[]): string {
  // Names in order, and absent rules left out: how a fact is written does not matter.
  const lines = comparable(facts).map((fact) =>
    JSON.stringify(
      Object.entries(fact)
        .filter(([, rule]) => rule !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  );
  return new Bun.CryptoHasher("sha256").update(lines.join("\n")).digest("hex").slice(0, 16);
}

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
