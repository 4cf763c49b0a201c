import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { parse } from "yaml";
import { tables } from "../../src/rows/tables.ts";
import { sharedDir } from "../shared.ts";
import { temporaryFolder } from "../temporary.ts";
import { unpackCorpus } from "./corpus.ts";
import { madeTreeNames, makeSubmissions } from "./made-submissions.ts";
import { compareRows, keyedByTable, readMadeRows, readReference } from "./reference-rows.ts";
import { rowsOf } from "./rows-by-rules.ts";

setDefaultTimeout(60_000);

test("the made submissions give the rows that the rules say", async () => {
  const rows = rowsOf(makeSubmissions().values(), madeTreeNames);
  const expected = await readMadeRows();
  const actual = keyedByTable((name) => rows.get(name) ?? []);
  for (const table of tables) {
    const [left, right] = [expected.get(table.name), actual.get(table.name)];
    expect(left?.size).toBeGreaterThan(5);
    expect(compareRows(table, left ?? new Map(), right ?? new Map())).toEqual([]);
  }
});

test("there are as many made rows as the table of promises says", async () => {
  const readme = await Bun.file(join(import.meta.dir, "../README.md")).text();
  const [, told = ""] = /: ([\d,]+) rows that other code computed/.exec(readme) ?? [];
  const counts = [...(await readMadeRows()).values()].map((rows) => rows.size);
  const count = counts.reduce((sum, size) => sum + size);
  expect(told).toBe(count.toLocaleString("en"));
});

// What is private is not there for everybody; where it is, the rules themselves are tested.
describe.each(sharedDir ? [sharedDir] : [])("beside the real submissions", (shared) => {
  test("the rules give the rows of the reference, but for the differences that are listed", async () => {
    using folder = temporaryFolder();
    const corpus = await unpackCorpus(shared, join(folder.path, "corpus"));
    const documents = await Promise.all(corpus.files.map(corpus.read));
    const { trees } = parse(await Bun.file(corpus.treesFile).text());
    const names = Object.entries<{ url: string }>(trees).map(([name, { url }]) => [url, name]);
    const rows = rowsOf(documents, new Map(names as [string, string][]));
    const actual = keyedByTable((name) => rows.get(name) ?? []);
    for (const table of tables) {
      const expected = await readReference(shared, table);
      const differences = compareRows(table, expected, actual.get(table.name) ?? new Map());
      expect(corpus.unlisted(differences)).toEqual([]);
    }
  });

  test("the made submissions have every field, and every form of it, that the real ones have", async () => {
    using folder = temporaryFolder();
    const corpus = await unpackCorpus(shared, join(folder.path, "corpus"));
    const real = formsOf(await Promise.all(corpus.files.map(corpus.read)));
    const made = formsOf([...makeSubmissions().values()]);
    expect(real.size).toBeGreaterThan(80);
    expect([...real.difference(made)]).toEqual([]);
  });
});

/** Every path to a value with the value's kind; of `misc` only what becomes a column or a label. */
function formsOf(documents: readonly object[]): Set<string> {
  const forms = new Set<string>();
  const visit = (value: unknown, path: string): void => {
    if (Array.isArray(value)) {
      if (value.length === 0) forms.add(`${path}: empty`);
      for (const part of value) visit(part, `${path}[]`);
    } else if (typeof value === "object" && value !== null) {
      for (const [name, part] of Object.entries(value)) {
        const isFree = path.endsWith(".misc");
        if (isFree && !["lab", "runtime", "platform"].includes(name)) continue;
        visit(part, `${path}.${name}`);
      }
    } else forms.add(`${path}: ${value === "" ? "empty" : typeof value}`);
  };
  for (const document of documents) visit(document, "");
  return forms;
}
