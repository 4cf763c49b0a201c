import { expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { clearMoves, noteMoves, recoverMoves } from "../../src/spool/move-note.ts";
import { openSpool } from "../../src/spool/spool.ts";
import { stayOnDisk, temporaryFolder } from "../temporary.ts";
import { put } from "./put.ts";

stayOnDisk();

const note = ".kci-ingester.moving";

test("of the largest batch with the longest names, a file that was moved unread comes back", () => {
  using folder = temporaryFolder();
  const spool = openSpool(folder.path);
  const name = `${"n".repeat(250)}.json`;
  const many = Array.from({ length: 8_000 }, (_, n) => ({
    ...{ name: `${String(n).padStart(10, "0")}${"\u0001".repeat(240)}.json`, bytes: 1 },
    ...{ mtimeMs: 0, inode: 0, digest: 1n },
  }));
  noteMoves(spool, [...many, put(spool, name, "one")]);
  writeFileSync(join(spool.root, "x.temp"), "two");
  renameSync(join(spool.root, "x.temp"), join(spool.archive, name));
  expect(recoverMoves({ ...spool, digestSeed: 0n })).toEqual([`${name.slice(0, -7)}.2.json`]);
});

test.each([
  ["a length that is none", '{"seed":"1","files":[["a.json",{},"1"]]}'],
  ["a negative length", '{"seed":"1","files":[["a.json",-1,"1"]]}'],
  ["a path", '{"seed":"1","files":[["../a.json",1,"1"]]}'],
  ["no files", '{"seed":"1"}'],
  ["half of it", '{"seed":"1","files":[["a.json",1,'],
])("a note with %s holds up no start", (_, text) => {
  using folder = temporaryFolder();
  const spool = openSpool(folder.path);
  writeFileSync(join(spool.archive, "a.json"), "one");
  writeFileSync(join(spool.root, note), text);
  expect(recoverMoves(spool)).toEqual([]);
  expect(readFileSync(join(spool.archive, "a.json"), "utf8")).toBe("one");
});

test.each([
  ["a link", (path: string) => symlinkSync(`${path}.goal`, path)],
  ["a FIFO", (path: string) => void execFileSync("mkfifo", [path])],
])("%s in the place of the note is removed, and not written through", (_, arrange) => {
  using folder = temporaryFolder();
  const spool = openSpool(folder.path);
  const path = join(spool.root, note);
  writeFileSync(`${path}.goal`, "somebody's");
  arrange(path);
  noteMoves(spool, [put(spool, "a.json", "one")]);
  expect(lstatSync(path).isFile()).toBe(true);
  expect(readFileSync(`${path}.goal`, "utf8")).toBe("somebody's");
});

test("a folder in the place of the note keeps no service from its end", () => {
  using folder = temporaryFolder();
  const spool = openSpool(folder.path);
  mkdirSync(join(spool.root, note));
  expect(() => noteMoves(spool, [])).toThrow("EISDIR");
  clearMoves(spool.root);
  expect(existsSync(join(spool.root, note))).toBe(true);
});
