import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SpoolFault } from "../../src/spool/fault.ts";
import { listFolder } from "../../src/spool/list-folder.ts";
import { type LookedAt, lookAt } from "../../src/spool/look-at.ts";
import { lookInPieces } from "../../src/spool/look-in-pieces.ts";
import { temporaryFolder } from "../temporary.ts";

const isJson = (name: string) => name.endsWith(".json");
const byName = (a: LookedAt, b: LookedAt) => (a.name < b.name ? -1 : 1);

/** All entries as a look at each by its path finds them. */
function oneByOne(folder: string): LookedAt[] {
  const looks = listFolder(folder).filter(isJson);
  return looks.flatMap((name) => lookAt(folder, name) ?? []).sort(byName);
}

describe("a look at a folder in pieces", () => {
  test("finds what a look at each entry by its path finds, to the fraction of a millisecond", () => {
    using folder = temporaryFolder();
    const names = ["ü.json", "\u{1f427}.json", "line\nbreak.json", `${"x".repeat(250)}.json`];
    for (let n = 0; n < 500; n++) names.push(`${n}.json`);
    for (const [n, name] of names.entries()) {
      writeFileSync(join(folder.path, name), "x".repeat(n));
      // From before 1970 on, and beyond 32 bits.
      const seconds = (n - 100) * 3e7 + Math.random();
      utimesSync(join(folder.path, name), seconds, seconds);
    }
    const latin1 = Buffer.from("caf\xe9.json", "latin1");
    writeFileSync(Buffer.concat([Buffer.from(`${folder.path}/`), latin1]), "latin");
    mkdirSync(join(folder.path, "folder.json"));
    symlinkSync("1.json", join(folder.path, "link.json"));
    symlinkSync("nowhere", join(folder.path, "dangling.json"));
    spawnSync("mkfifo", [join(folder.path, "fifo.json")]);
    writeFileSync(join(folder.path, "other.txt"), "");
    const found = [...lookInPieces(folder.path, isJson)].flat().sort(byName);
    expect(found).toEqual(oneByOne(folder.path));
    expect(found.length).toBe(names.length + 5);
  });

  test("tells the size of a file of many gigabytes", () => {
    using folder = temporaryFolder();
    spawnSync("truncate", ["-s", "5G", join(folder.path, "large.json")]);
    expect([...lookInPieces(folder.path, isJson)].flat()).toEqual(oneByOne(folder.path));
  });

  test("looks at no name that is not wanted, and at each piece when it is asked for", () => {
    using folder = temporaryFolder();
    const names = Array.from({ length: 2_000 }, (_, n) => `${n}-${"x".repeat(200)}.json`);
    for (const name of names) writeFileSync(join(folder.path, name), "");
    const found: LookedAt[] = [];
    const gone = { force: true };
    for (const piece of lookInPieces(folder.path, (name) => !name.startsWith("1"))) {
      found.push(...piece);
      // What goes meanwhile is not found any more.
      if (found.length > 0) for (const name of names) rmSync(join(folder.path, name), gone);
    }
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThan(1_000);
    expect(found.some(({ name }) => name.startsWith("1"))).toBe(false);
  });

  test("of a folder that is not there is refused", () => {
    expect(() => [...lookInPieces("/nowhere/at-all", isJson)]).toThrow(SpoolFault);
  });
});
