import { expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LargeFiles } from "../../src/ingest/large-files.ts";
import { temporaryFolder } from "../temporary.ts";

const megabyte = 1 << 20;
const file = (name: string, megabytes: number) => ({
  ...{ name, bytes: megabytes * megabyte, mtimeMs: 0, inode: 1 },
});
/** What the service begins with, and again after it was ended without a word. */
const begin = (root: string) => new LargeFiles({ root, largeBytes: 8 * megabyte });
const [small, big, huge] = [file("small", 1), file("big", 20), file("huge", 60)];

test("large files are noted while they are in hand, small ones are not", () => {
  using folder = temporaryFolder();
  const note = join(folder.path, ".kci-ingester.in-hand");
  const large = begin(folder.path);
  large.take([small]);
  expect(existsSync(note)).toBe(false);
  large.take([big]);
  expect(existsSync(note)).toBe(true);
  large.release([small]);
  large.release([big]);
  expect([existsSync(note), begin(folder.path).deathsOf(big)]).toEqual([false, 0]);
});

test("only so much of large files is in hand together", () => {
  using folder = temporaryFolder();
  const large = begin(folder.path);
  expect(large.mustWait(huge)).toBe(false);
  large.take([big]);
  expect([small, file("other", 20), huge].map((one) => large.mustWait(one))).toEqual([
    ...[false, false, true],
  ]);
  large.release([big]);
  expect(large.mustWait(huge)).toBe(false);
});

test("a file in hand at three ends of the program is guilty; from the first on it goes alone", () => {
  using folder = temporaryFolder();
  begin(folder.path).take([big]);
  for (const deaths of [1, 2, 3]) {
    const large = begin(folder.path);
    expect([large.deathsOf(big), large.isGuilty(big)]).toEqual([deaths, deaths === 3]);
    expect(large.deathsOf({ ...big, inode: 2 })).toBe(0);
    large.take([big]);
    expect(large.mustWait(file("other", 20))).toBe(true);
  }
});

test("a note that nobody can read accuses nobody", () => {
  using folder = temporaryFolder();
  for (const text of ["", "[", "{}", "null", "[{}]", '[{"name":1}]']) {
    writeFileSync(join(folder.path, ".kci-ingester.in-hand"), text);
    expect(begin(folder.path).isGuilty(big)).toBe(false);
  }
});
