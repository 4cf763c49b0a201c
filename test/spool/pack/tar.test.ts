import { describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeName, encodeName } from "../../../src/spool/name.ts";
import {
  padding,
  readTar,
  type TarMember,
  tarEnd,
  tarHeader,
} from "../../../src/spool/pack/tar.ts";
import { needsProgram } from "../../needs.ts";
import { temporaryFolder } from "../../temporary.ts";

const usual = { mtimeMs: 1_700_000_000_000, mode: 0o100640, uid: 1000, gid: 1000 };

const names = [
  ...["a.json", "-rf.json", "a b\n'\".json", "äö€😀.json"],
  ...[`${"l".repeat(95)}.json`, `${"l".repeat(96)}.json`, `${"x".repeat(250)}.json`],
  ...[`${"é".repeat(120)}.json`, `${decodeName(Buffer.from([0xff, 0xfe]))}.json`],
  decodeName(Buffer.concat([Buffer.alloc(200, 0xe9), Buffer.from(".json")])),
];

function tarOf(members: readonly (Partial<TarMember> & { name: string; text: string })[]): Buffer {
  const parts = members.flatMap(({ text, ...member }) => {
    const bytes = Buffer.from(text);
    const header = tarHeader({ ...usual, ...member, bytes: bytes.length });
    return [header, bytes, padding(bytes.length)];
  });
  return Buffer.concat([...parts, tarEnd]);
}

const hasTar = needsProgram("tar", "the reading of tar archives by GNU tar");
const all = tarOf(names.map((name, at) => ({ name, text: "t".repeat(at * 300) })));

/** The names of the members, and how long they are. */
function read(source: Iterable<Uint8Array>): [string, number][] {
  const found: [string, number][] = [];
  for (const { name, pieces } of readTar(source)) {
    found.push([name, [...pieces()].reduce((sum, piece) => sum + piece.length, 0)]);
  }
  return found;
}

/** A header whose sum is right, of a type that no pack has. */
function linkHeader(): Buffer {
  const header = tarHeader({ ...usual, name: "a", bytes: 0 });
  header.write("2", 156);
  const sum = Number.parseInt(header.toString("latin1", 148, 154), 8) + 2;
  header.write(sum.toString(8).padStart(6, "0"), 148);
  return header;
}

describe("a tar archive", () => {
  test.if(hasTar)("of any names is what GNU tar reads, without a warning", () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, "x.tar"), all);
    const out = join(folder.path, "out");
    mkdirSync(out);
    for (const LC_ALL of ["C", "C.UTF-8"]) {
      const run = Bun.spawnSync(["tar", "-xf", "../x.tar"], {
        cwd: out,
        env: { ...process.env, LC_ALL },
      });
      expect([run.exitCode, run.stderr.toString()]).toEqual([0, ""]);
      const found = readdirSync(out, { encoding: "buffer" }).map((name) => name.toString("hex"));
      expect(found.sort()).toEqual(names.map((name) => encodeName(name).toString("hex")).sort());
    }
    const stats = statSync(join(out, "-rf.json"));
    expect([stats.mtimeMs, stats.mode & 0o777, stats.size]).toEqual([usual.mtimeMs, 0o640, 300]);
    expect(readFileSync(join(out, "a.json"), "utf8")).toBe("");
  });

  test.if(hasTar)("has room for owners and times beyond the plain header", () => {
    using folder = temporaryFolder();
    const odd = { uid: 4_000_000_000, gid: 3_000_000_000, mtimeMs: 9_000_000_000_000 };
    writeFileSync(join(folder.path, "x.tar"), tarOf([{ name: "a.json", text: "1", ...odd }]));
    const words = ["tar", "--numeric-owner", "--utc", "-tvf", "x.tar"];
    const run = Bun.spawnSync(words, { cwd: folder.path, env: { PATH: process.env.PATH } });
    expect(run.stdout.toString()).toMatch(/4000000000\/3000000000 +1 2255-03-14 16:00/);
  });

  test("is read as it was written, however it is cut into pieces", () => {
    for (const length of [1, 7, 512, 4_096, all.length]) {
      const pieces = Array.from({ length: Math.ceil(all.length / length) }, (_, at) =>
        all.subarray(at * length, (at + 1) * length),
      );
      expect(read(pieces)).toEqual(names.map((name, at) => [name, at * 300]));
    }
  });

  test.each([
    ["its end is cut off", all.subarray(0, -512)],
    ["a member is cut off", all.subarray(0, -3_000)],
    ["there is data after the end", Buffer.concat([all, Buffer.from("x")])],
    [
      "a header has another sum",
      Buffer.concat([all.subarray(0, 20), Buffer.from("x"), all.subarray(21)]),
    ],
    ["a member is a link", Buffer.concat([linkHeader(), tarEnd])],
  ])("is not read when %s", (_what, archive) => {
    expect(() => read([archive])).toThrow();
  });
});
