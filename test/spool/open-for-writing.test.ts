import { expect, test } from "bun:test";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { archiveFile, QuickArchive } from "../../src/spool/archive-file.ts";
import { digestOf } from "../../src/spool/digest.ts";
import { HeldFolder } from "../../src/spool/held-folder.ts";
import { isOpenForWriting } from "../../src/spool/open-for-writing.ts";
import { refuseFile } from "../../src/spool/refuse-file.ts";
import { openSpool, type Spool, type SpoolFile } from "../../src/spool/spool.ts";
import type { Refusal } from "../../src/submission/refusal.ts";
import { temporaryFolder } from "../temporary.ts";
import { put } from "./put.ts";

const refusal: Refusal = {
  ...{ stage: "parse", reason: "not-json", message: "m", origins: [], issues: [], issueCount: 1 },
};

/** A file of the spool that was read. */
function read(spool: Spool, name: string): SpoolFile {
  const file = put(spool, name, name);
  return { ...file, digest: digestOf(readFileSync(join(spool.root, name)), spool.digestSeed) };
}

const ways: [string, (spool: Spool, file: SpoolFile) => unknown][] = [
  ["archived", archiveFile],
  [
    "archived quickly",
    (spool, file) => {
      using quick = new QuickArchive(spool, [file]);
      return quick.move(file);
    },
  ],
  ["archived compressed", (spool, file) => archiveFile({ ...spool, compressArchive: true }, file)],
  ["refused", (spool, file) => refuseFile(spool, file, refusal)],
];

test.if(process.platform === "linux").each(ways)(
  "a file that is to be %s comes back while a program has it open for writing",
  (_way, move) => {
    using folder = temporaryFolder();
    const spool = openSpool(folder.path);
    const file = read(spool, "a.json");
    for (const flags of ["r+", "a", "w"]) {
      const copy = flags === "w" ? read(spool, "b.json") : file;
      const path = join(spool.root, copy.name);
      const writer = openSync(path, flags);
      const why = flags === "w" ? "replaced" : "being-written";
      expect(move(spool, copy)).toEqual({ moved: false, why });
      expect(existsSync(path)).toBe(true);
      closeSync(writer);
    }
    const reader = openSync(join(spool.root, "a.json"), "r");
    expect(move(spool, file)).toMatchObject({ moved: true });
    closeSync(reader);
    expect(existsSync(join(spool.root, "a.json"))).toBe(false);
  },
);

test.if(process.platform === "linux")("one that is moved all the same is not waited for", () => {
  using folder = temporaryFolder();
  const spool = openSpool(folder.path);
  for (const move of [
    (file: SpoolFile) => archiveFile(spool, file, true),
    (file: SpoolFile) => refuseFile(spool, file, refusal, true),
  ]) {
    const file = read(spool, "a.json");
    const writer = openSync(join(spool.root, "a.json"), "r+");
    expect(move(file)).toEqual({ moved: true, name: "a.json" });
    closeSync(writer);
  }
});

test("where the system gives no leases nobody is taken for a writer", () => {
  using root = HeldFolder.openFollowing("/proc/self");
  const handle = openSync("/proc/self/status", "r");
  expect(isOpenForWriting(handle, root)).toBe(false);
  closeSync(handle);
});
