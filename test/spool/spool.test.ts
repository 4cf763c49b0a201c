import { expect, test } from "bun:test";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SpoolFault } from "../../src/spool/fault.ts";
import { openSpool, spoolAt } from "../../src/spool/spool.ts";
import { stayOnDisk, temporaryFolder } from "../temporary.ts";

stayOnDisk();

test("the folders that are missing are made, those that are there are taken", () => {
  using folder = temporaryFolder();
  const root = join(folder.path, "deep/spool");
  expect(existsSync(spoolAt(root).root)).toBe(false);
  const spool = openSpool(root);
  for (const path of [spool.root, spool.archive, spool.failed]) expect(existsSync(path)).toBe(true);
  expect(openSpool(root)).toEqual({ ...spool, digestSeed: expect.any(BigInt) });
});

test("a folder may be a link to one", () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, "real"));
  symlinkSync("real", join(folder.path, "link"));
  openSpool(join(folder.path, "link"));
  expect(existsSync(join(folder.path, "real/failed"))).toBe(true);
});

test.each(["spool", "spool/archive", "spool/failed"])(
  "a file in the place of %s is the operator's to mend",
  (place) => {
    using folder = temporaryFolder();
    const path = join(folder.path, place);
    if (place !== "spool") mkdirSync(join(folder.path, "spool"));
    writeFileSync(path, "");
    const open = () => openSpool(join(folder.path, "spool"));
    expect(open).toThrow(SpoolFault);
    expect(open).toThrow(path);
  },
);
