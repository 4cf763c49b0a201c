import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expandPatterns } from "../../src/commands/expand-patterns.ts";
import { InputFault } from "../../src/commands/read-input.ts";
import { ingester, runIngester } from "../e2e/run-ingester.ts";
import { temporaryFolder } from "../temporary.ts";

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
const valid = `{"version":{"major":5,"minor":3}}`;

beforeAll(() => {
  mkdirSync(at("sub.json"));
  mkdirSync(at("deep/er"), { recursive: true });
  for (const name of ["b.json", "a.json", "a[b].json", "notes.txt", "deep/er/c.json"]) {
    writeFileSync(at(name), valid);
  }
  symlinkSync(at("a.json"), at("link.json"));
});
afterAll(() => folder[Symbol.dispose]());

async function expand(...words: string[]): Promise<string[]> {
  const found = await Array.fromAsync(expandPatterns(words));
  return found.map((one) => (one instanceof InputFault ? one.message : one));
}

test("a pattern gives the regular files that it matches, by name", async () => {
  expect(await expand(at("*.json"))).toEqual(["a.json", "a[b].json", "b.json"].map(at));
  expect(await expand(at("{b,nobody}.json"), at("**/c.json"))).toEqual(
    ["b.json", "deep/er/c.json"].map(at),
  );
});

test("a word without a pattern, and one that is the name of a file, stay as they are", async () => {
  expect(await expand("-", "not there.json", at("a[b].json"), at("link.json"))).toEqual([
    "-",
    "not there.json",
    at("a[b].json"),
    at("link.json"),
  ]);
});

test("a pattern that matches nothing is told in its place, printable, and the others go on", async () => {
  expect(await expand(at("*.yaml"), "/not-there/\u001b*", at("b.json"))).toEqual([
    `cannot read ${at("*.yaml")}: no file matches it`,
    "cannot read /not-there/\\u001b*: no file matches it",
    at("b.json"),
  ]);
});

test("validate and upgrade take patterns, relative ones too, and exit 2 where one matches nothing", async () => {
  const run = (...words: string[]) => runIngester(ingester, words, { cwd: folder.path });
  const { exitCode, stdout } = await run("validate", "--json", "[ab].json");
  const names = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).file);
  expect([exitCode, names]).toEqual([0, ["a.json", "b.json"]]);
  expect(await run("upgrade", "--output-dir", "new", "[ab].json")).toMatchObject({ exitCode: 0 });
  expect(await expand(at("new/*"))).toEqual(["new/a.json", "new/b.json"].map(at));
  expect(await run("upgrade", "[ab].json")).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("expected one FILE, or --output-dir DIR for many, got 2"),
  });
  expect(await run("validate", "a.json", "*.nothing")).toMatchObject({
    exitCode: 2,
    stderr:
      "cannot read *.nothing: no file matches it\n2 files: 1 valid, 0 refused, 1 unreadable\n",
  });
});
