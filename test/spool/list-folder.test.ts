import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SpoolFault } from "../../src/spool/fault.ts";
import { listFolder, listIfThere, listInPieces } from "../../src/spool/list-folder.ts";
import { temporaryFolder } from "../temporary.ts";

const odd = [
  "a.json",
  ".hidden",
  "...",
  "ü.json",
  "\u{1f427}.json",
  "line\nbreak.json",
  "x".repeat(255),
  "e\u0301.json",
];

/** A name in Latin-1, which is no UTF-8: as bytes, and as names are held here. */
const [bytes, held] = [Buffer.from("caf\xe9.json", "latin1"), "caf\udce9.json"];

test("a folder of any names is listed alike at once and in pieces", () => {
  using folder = temporaryFolder();
  for (const name of odd) writeFileSync(join(folder.path, name), "");
  writeFileSync(Buffer.concat([Buffer.from(`${folder.path}/`), bytes]), "");
  mkdirSync(join(folder.path, "folder"));
  const names = [...odd, held, "folder"].sort();
  expect(listFolder(folder.path).sort()).toEqual(names);
  expect([...listInPieces(folder.path)].flat().sort()).toEqual(names);
});

test("a folder of thousands comes in several pieces, each name once", () => {
  using folder = temporaryFolder();
  const names = Array.from(
    { length: 3_000 },
    (_, n) => `submission-${n}-${"x".repeat(180)}.json`,
  ).sort();
  for (const name of names) writeFileSync(join(folder.path, name), "");
  const pieces = [...listInPieces(folder.path)];
  if (process.platform === "linux") expect(pieces.length).toBeGreaterThan(1);
  expect(pieces.flat().sort()).toEqual(names);
});

test("names that were there all the while are given, whatever comes and goes meanwhile", () => {
  using folder = temporaryFolder();
  const names = Array.from({ length: 3_000 }, (_, n) => `stays-${n}-${"x".repeat(180)}.json`);
  for (const name of names) writeFileSync(join(folder.path, name), "");
  const met: string[] = [];
  for (const piece of listInPieces(folder.path)) {
    met.push(...piece);
    writeFileSync(join(folder.path, `new-${met.length}.json`), "");
  }
  const stayed = met.filter((name) => name.startsWith("stays-"));
  expect([...new Set(stayed)].sort()).toEqual(names.sort());
});

test("a listing that is left before its end holds no handle", () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, "a.json"), "");
  const before = readdirSync("/proc/self/fd").length;
  for (const _ of listInPieces(folder.path)) break;
  expect(readdirSync("/proc/self/fd").length).toBe(before);
});

test("a folder that is missing, or a file, is a fault that names it", () => {
  using folder = temporaryFolder();
  const missing = join(folder.path, "missing");
  const file = join(folder.path, "file");
  writeFileSync(file, "");
  for (const path of [missing, file]) {
    for (const list of [listFolder, (one: string) => [...listInPieces(one)]]) {
      expect(() => list(path)).toThrow(SpoolFault);
      expect(() => list(path)).toThrow(path);
    }
  }
  expect(listIfThere(missing)).toEqual([]);
});
