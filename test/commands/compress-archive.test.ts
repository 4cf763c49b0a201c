import { expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { archiveFile } from "../../src/spool/archive-file.ts";
import { openSpool } from "../../src/spool/spool.ts";
import { put } from "../spool/put.ts";
import { good, spoolWith, type TestSpool } from "./spool-with.ts";

const archived = (spool: TestSpool) => readdirSync(join(spool.path, "archive")).sort();
const unpacked = (spool: TestSpool, name: string) =>
  Bun.zstdDecompressSync(readFileSync(join(spool.path, "archive", name))).toString();
const ingest = (spool: TestSpool) => spool.run("monitor", "--once", "--compress-archive");

test("with --compress-archive the archive holds NAME.json.zst, and the spool nothing", async () => {
  using spool = spoolWith({ "a.json": good() });
  expect((await ingest(spool)).exitCode).toBe(0);
  expect(archived(spool)).toEqual(["a.json.zst"]);
  expect(unpacked(spool, "a.json.zst")).toBe(good());
  expect(readdirSync(spool.path)).not.toContain("a.json");
  const { stdout } = await spool.run("status", "--json");
  expect(JSON.parse(stdout).archive.files).toBe(1);
});

test("equal bytes replace, others are kept beside, be what is there compressed or not", async () => {
  using spool = spoolWith({ "a.json": good(), "archive/b.json": "other", "b.json": good() });
  await ingest(spool);
  writeFileSync(join(spool.path, "a.json"), good());
  await ingest(spool);
  expect(archived(spool)).toEqual(["a.json.zst", "b.2.json.zst", "b.json"]);
  writeFileSync(join(spool.path, "a.json"), good("lab2"));
  await ingest(spool);
  expect(archived(spool)).toEqual(["a.2.json.zst", "a.json.zst", "b.2.json.zst", "b.json"]);
  expect(unpacked(spool, "a.2.json.zst")).toBe(good("lab2"));
});

test("a file that is no longer the one that was ingested is left", () => {
  using folder = spoolWith({});
  const spool = openSpool(folder.path, { compressArchive: true });
  const file = put(spool, "a.json", good());
  put(spool, "a.json", good("lab2"));
  expect(archiveFile(spool, file)).toEqual({ moved: false, why: "replaced" });
  const gone = { ...file, name: "gone.json" };
  expect(archiveFile(spool, gone)).toEqual({ moved: false, why: "vanished" });
  expect(archived(folder)).toEqual([]);
});
