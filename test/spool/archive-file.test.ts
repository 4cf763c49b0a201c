import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { archiveFile } from "../../src/spool/archive-file.ts";
import { encodeName, pathOf } from "../../src/spool/name.ts";
import { readReason, reasonName } from "../../src/spool/reason-file.ts";
import { refuseFile } from "../../src/spool/refuse-file.ts";
import { openSpool } from "../../src/spool/spool.ts";
import type { Refusal } from "../../src/submission/refusal.ts";
import { needsOtherFileSystem } from "../needs.ts";
import { otherFileSystem, stayOnDisk, temporaryFolder } from "../temporary.ts";
import { put } from "./put.ts";

stayOnDisk();

const refusal: Refusal = {
  stage: "parse",
  reason: "not-json",
  message: "$: expected JSON, got x",
  origins: [],
  issues: [],
  issueCount: 0,
};

const read = (folder: string, name: string) => readFileSync(pathOf(folder, name), "utf8");

test("a file goes to the archive, name and bytes unchanged, whatever the name", () => {
  using folder = temporaryFolder();
  const spool = openSpool(folder.path);
  for (const name of ["a.json", "new\nline.json", "caf\udce9.json", `${"n".repeat(250)}.json`]) {
    expect(archiveFile(spool, put(spool, name, name))).toEqual({ moved: true, name });
    expect(readFileSync(pathOf(spool.archive, name))).toEqual(Buffer.from(name));
    expect(existsSync(pathOf(spool.root, name))).toBe(false);
  }
});

test("one with the same bytes is replaced, with others both are kept", () => {
  using folder = temporaryFolder();
  const spool = openSpool(folder.path);
  const archive = (text: string) => {
    const move = archiveFile(spool, put(spool, "a.json", text));
    return move.moved ? move.name : move.why;
  };
  expect(["one", "one", "two", "one", "two", "six"].map(archive)).toEqual([
    ...["a.json", "a.json", "a.2.json", "a.json", "a.2.json", "a.3.json"],
  ]);
  expect(
    readdirSync(spool.archive)
      .map((name) => read(spool.archive, name))
      .sort(),
  ).toEqual([...["one", "six", "two"]]);
});

test("a name that leaves no room for a number is cut between characters", () => {
  using folder = temporaryFolder();
  const spool = openSpool(folder.path);
  // 250 bytes and `.json`: nothing more fits.
  const name = `${"x".repeat(2)}${"😀".repeat(62)}.json`;
  const moves = ["one", "two"].map((text) => archiveFile(spool, put(spool, name, text)));
  expect(moves).toEqual([
    { moved: true, name },
    { moved: true, name: `xx${"😀".repeat(61)}.2.json` },
  ]);
});

test("what lies in the way and is no file is not overwritten", () => {
  using folder = temporaryFolder();
  const spool = openSpool(folder.path);
  mkdirSync(join(spool.archive, "a.json"));
  symlinkSync("/etc/hostname", join(spool.archive, "a.2.json"));
  expect(archiveFile(spool, put(spool, "a.json", "one"))).toEqual({
    moved: true,
    name: "a.3.json",
  });
});

test("a file that is no longer the one that was ingested stays for the next look", () => {
  using folder = temporaryFolder();
  const spool = openSpool(folder.path);
  const file = put(spool, "a.json", "one");
  put(spool, "a.json", "three");
  expect(archiveFile(spool, file)).toEqual({ moved: false, why: "replaced" });
  expect(read(spool.root, "a.json")).toBe("three");
  unlinkSync(join(spool.root, "a.json"));
  expect(archiveFile(spool, file)).toEqual({ moved: false, why: "vanished" });
});

test("a refused file lies beside its reason", () => {
  using folder = temporaryFolder();
  const spool = openSpool(folder.path);
  for (const [text, name] of [
    ["one", "a.json"],
    ["two", "a.2.json"],
  ] as const) {
    expect(refuseFile(spool, put(spool, "a.json", text), refusal)).toEqual({ moved: true, name });
    expect(read(spool.failed, name)).toBe(text);
    const { issueCount, ...rest } = refusal;
    expect(JSON.parse(read(spool.failed, `${name}.error`))).toEqual({
      file: name,
      when: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      ...rest,
      issue_count: issueCount,
    });
  }
  expect(readdirSync(spool.failed)).toHaveLength(4);
});

test("very long names have reasons of their own, which can be found by the name", () => {
  using folder = temporaryFolder();
  const spool = openSpool(folder.path);
  const names = ["x", "y"].map((end) => `${"n".repeat(249)}${end}.json`);
  for (const name of names) {
    refuseFile(spool, put(spool, name, name), { ...refusal, message: name });
    expect(encodeName(reasonName(name)).length).toBeLessThanOrEqual(255);
  }
  expect(names.map((name) => readReason(spool.failed, name)?.message)).toEqual(names);
  expect(readReason(spool.failed, "absent.json")).toBeUndefined();
});

const hasOther = needsOtherFileSystem("moves to another file system");

test.skipIf(!hasOther)("to another file system a file is copied whole, then unlinked", () => {
  using folder = temporaryFolder();
  using other = temporaryFolder(otherFileSystem());
  symlinkSync(other.path, join(folder.path, "archive"));
  const spool = openSpool(folder.path);
  const text = "x".repeat(3_000_000);
  expect(archiveFile(spool, put(spool, "a.json", text))).toEqual({ moved: true, name: "a.json" });
  expect(readdirSync(other.path)).toEqual(["a.json"]);
  expect(read(other.path, "a.json")).toBe(text);
  expect([existsSync(join(spool.root, "a.json")), readdirSync(spool.claimed)]).toEqual([false, []]);
});
