import { afterEach, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { needsOtherFileSystem } from "../needs.ts";
import { otherFileSystem, temporaryFolder } from "../temporary.ts";
import { bad, good, spoolWith, type TestSpool } from "./spool-with.ts";

const other = otherFileSystem();
const isThere = needsOtherFileSystem("spools on two file systems");

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A spool whose `archive/` and `failed/` lie on another file system. */
function spoolOnTwo(files: Record<string, string>): TestSpool {
  const spool = spoolWith(files);
  for (const name of ["archive", "failed"]) {
    const folder = temporaryFolder(other).path;
    folders.push(folder);
    symlinkSync(folder, join(spool.path, name));
  }
  return spool;
}

const names = (spool: TestSpool, folder: string) => readdirSync(join(spool.path, folder)).sort();

test.if(isThere)("doctor warns of folders on another file system, and they work", async () => {
  using spool = spoolOnTwo({ "a.json": good(), "b.json": bad() });
  const { exitCode, stdout } = await spool.run("doctor");
  expect([exitCode, stdout]).toEqual([
    0,
    expect.stringMatching(/^warn +spool .*archive.*; hint: /m),
  ]);
  expect((await spool.run("monitor", "--once")).exitCode).toBe(1);
  expect([names(spool, "archive"), names(spool, "failed")]).toEqual([
    ["a.json"],
    ["b.json", "b.json.error"],
  ]);
  expect(names(spool, "").filter((name) => name.includes(".json"))).toEqual([]);
});

test.if(isThere)("failed retry brings a file back from another file system, whole", async () => {
  using spool = spoolOnTwo({ "b.json": bad(), "c.json": bad("lab_c") });
  await spool.run("monitor", "--once");
  const retry = await spool.run("failed", "retry", "b.json");
  expect([retry.exitCode, retry.stdout]).toEqual([0, "put back  b.json\n"]);
  expect(readFileSync(join(spool.path, "b.json"), "utf8")).toBe(bad());
  expect(names(spool, "failed")).toEqual(["c.json", "c.json.error"]);
  // What waits is not overwritten, on whatever file system it is.
  await Bun.write(join(spool.path, "c.json"), "another");
  const occupied = await spool.run("failed", "retry", "c.json");
  expect([occupied.exitCode, occupied.stdout]).toEqual([
    1,
    expect.stringContaining("is waiting  c.json"),
  ]);
  expect(readFileSync(join(spool.path, "c.json"), "utf8")).toBe("another");
  expect(names(spool, "failed")).toEqual(["c.json", "c.json.error"]);
  expect(readdirSync(spool.path).filter((name) => name.endsWith(".part"))).toEqual([]);
});

test.if(isThere)("--compress-archive packs onto another file system", async () => {
  using spool = spoolOnTwo({ "a.json": good() });
  expect((await spool.run("monitor", "--once", "--compress-archive")).exitCode).toBe(0);
  expect(names(spool, "archive")).toEqual(["a.json.zst"]);
  const packed = readFileSync(join(spool.path, "archive/a.json.zst"));
  expect(Bun.zstdDecompressSync(packed).toString()).toBe(good());
  expect(existsSync(join(spool.path, "a.json"))).toBe(false);
});
