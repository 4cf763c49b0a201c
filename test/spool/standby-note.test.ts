import { expect, test } from "bun:test";
import { readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { listStandbys, StandbyNote } from "../../src/spool/standby-note.ts";
import { temporaryFolder } from "../temporary.ts";

const named = (folder: string, end: string) => join(folder, `.kci-ingester.standby-${end}`);

test("each process that stands by is listed until it does no longer", () => {
  using folder = temporaryFolder();
  {
    using one = new StandbyNote(folder.path);
    using other = new StandbyNote(folder.path);
    expect(listStandbys(folder.path)).toEqual([]);
    one.keep();
    other.keep();
    one.keep();
    expect(listStandbys(folder.path).map(({ pid }) => pid)).toEqual([process.pid, process.pid]);
  }
  expect(readdirSync(folder.path)).toEqual([]);
});

test("one that was killed counts for a moment, and the next to stand by takes its note away", () => {
  using folder = temporaryFolder();
  using killed = new StandbyNote(folder.path);
  killed.keep();
  const [name = ""] = readdirSync(folder.path);
  const before = Date.now() / 1_000 - 60;
  utimesSync(join(folder.path, name), before, before);
  expect(listStandbys(folder.path)).toEqual([]);
  using _next = new StandbyNote(folder.path);
  expect(readdirSync(folder.path)).toEqual([]);
});

test("a note that somebody else wrote is none, or safe to show; links are neither followed nor written", () => {
  using folder = temporaryFolder();
  writeFileSync(named(folder.path, "a"), '{"pid": "\u001b[2J", "host": 7}');
  writeFileSync(named(folder.path, "b"), "not JSON");
  writeFileSync(named(folder.path, "c"), JSON.stringify({ pid: 7, host: "h".repeat(9_999) }));
  writeFileSync(join(folder.path, "target"), '{"pid": 1, "host": "h", "since": "s"}');
  symlinkSync(join(folder.path, "target"), named(folder.path, "d"));
  Bun.spawnSync(["mkfifo", named(folder.path, "e")]);
  const [only, ...rest] = listStandbys(folder.path);
  expect([only?.pid, only?.host.length, rest]).toEqual([7, 255, []]);
  expect(readFileSync(join(folder.path, "target"), "utf8")).toStartWith('{"pid": 1');
});

test("where no note can be written nobody is told, and that is all", () => {
  using folder = temporaryFolder();
  using note = new StandbyNote(folder.path);
  symlinkSync("/nowhere/else", join(folder.path, "x"));
  expect(() => new StandbyNote(join(folder.path, "gone"))).toThrow("cannot list the folder");
  note.keep();
  expect(listStandbys(folder.path)).toHaveLength(1);
});
