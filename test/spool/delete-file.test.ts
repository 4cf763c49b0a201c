import { expect, test } from "bun:test";
import { readdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crashLoop } from "../../src/ingest/suspects.ts";
import { deleteFile } from "../../src/spool/delete-file.ts";
import { refuseFile } from "../../src/spool/refuse-file.ts";
import { lookAt } from "../../src/spool/scan-spool.ts";
import { openSpool, type Spool, type SpoolFile } from "../../src/spool/spool.ts";
import { temporaryFolder } from "../temporary.ts";

function put(spool: Spool, text: string): SpoolFile {
  writeFileSync(join(spool.root, "a.json"), text);
  const file = lookAt(spool.root, "a.json");
  if (!file || "what" in file) throw new Error("not there");
  return file;
}

test("an empty file is deleted", () => {
  using folder = temporaryFolder();
  const spool = openSpool(folder.path);
  expect(deleteFile(spool, put(spool, ""))).toEqual({ moved: true, name: "a.json" });
  expect(lookAt(spool.root, "a.json")).toBeUndefined();
});

test("one that has been written to since it was judged is not", () => {
  using folder = temporaryFolder();
  const spool = openSpool(folder.path);
  const file = put(spool, "");
  put(spool, "late");
  expect(deleteFile(spool, file)).toEqual({ moved: false, why: "replaced" });
  expect(readFileSync(join(spool.root, "a.json"), "utf8")).toBe("late");
});

test("one that has gone is no trouble", () => {
  using folder = temporaryFolder();
  const spool = openSpool(folder.path);
  const file = put(spool, "");
  unlinkSync(join(spool.root, "a.json"));
  expect(deleteFile(spool, file)).toEqual({ moved: false, why: "vanished" });
});

test("a refused file that has gone or changed leaves no reason behind", () => {
  using folder = temporaryFolder();
  const spool = openSpool(folder.path);
  const file = put(spool, "{");
  put(spool, "{}");
  expect(refuseFile(spool, file, crashLoop("x"))).toEqual({ moved: false, why: "replaced" });
  unlinkSync(join(spool.root, "a.json"));
  expect(refuseFile(spool, file, crashLoop("x"))).toEqual({ moved: false, why: "vanished" });
  expect(readdirSync(spool.failed)).toEqual([]);
});
