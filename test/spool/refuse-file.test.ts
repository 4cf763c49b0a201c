import { expect, test } from "bun:test";
import { readdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { crashLoop } from "../../src/guard/crash-loop.ts";
import { refuseFile } from "../../src/spool/refuse-file.ts";
import { openSpool } from "../../src/spool/spool.ts";
import { stayOnDisk, temporaryFolder } from "../temporary.ts";
import { put } from "./put.ts";

stayOnDisk();

test("a refused file that has gone or changed leaves no reason behind", () => {
  using folder = temporaryFolder();
  const spool = openSpool(folder.path);
  const file = put(spool, "a.json", "{");
  put(spool, "a.json", "{}");
  expect(refuseFile(spool, file, crashLoop("x"))).toEqual({ moved: false, why: "replaced" });
  unlinkSync(join(spool.root, "a.json"));
  expect(refuseFile(spool, file, crashLoop("x"))).toEqual({ moved: false, why: "vanished" });
  expect(readdirSync(spool.failed)).toEqual([]);
});
