import { expect, test } from "bun:test";
import { existsSync, linkSync, mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crashLoop } from "../../src/guard/crash-loop.ts";
import { refuseFile } from "../../src/spool/refuse-file.ts";
import { recoverAbandonedRetries, recoverRetries } from "../../src/spool/retry-file.ts";
import { openSpool } from "../../src/spool/spool.ts";
import { ingester, runIngester } from "../e2e/run-ingester.ts";
import { stayOnDisk, temporaryFolder } from "../temporary.ts";
import { put } from "./put.ts";

stayOnDisk();

const jsonIn = (folder: string) => readdirSync(folder).filter((name) => name.endsWith(".json"));

/** A spool with one refused file, which a retry has in hand. */
function underRetry(root: string) {
  const spool = openSpool(root);
  refuseFile(spool, put(spool, "x.json", "{"), crashLoop("x"));
  const taken = join(spool.failed, ".kci-ingester.retry");
  mkdirSync(taken);
  renameSync(join(spool.failed, "x.json"), join(taken, "x.json"));
  return { spool, taken };
}

test("two retries at once put every file back, and neither fails", async () => {
  using folder = temporaryFolder();
  const spool = openSpool(join(folder.path, "spool"));
  const names = Array.from({ length: 300 }, (_, n) => `${n}.json`);
  for (const name of names) {
    writeFileSync(join(spool.failed, name), name);
    writeFileSync(join(spool.failed, `${name}.error`), "{}");
  }
  const words = ["failed", "retry", "--spool-dir", spool.root];
  const runs = await Promise.all([1, 2].map(() => runIngester(ingester, words)));
  for (const run of runs) expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  expect(jsonIn(spool.root).sort()).toEqual(names.sort());
  expect(readdirSync(spool.failed)).toEqual([]);
});

test("what a killed retry had in hand comes back when it has lain there for a minute, and not before", () => {
  using folder = temporaryFolder();
  const { spool, taken } = underRetry(folder.path);
  recoverAbandonedRetries(spool);
  expect(readdirSync(taken)).toEqual(["x.json"]);
  recoverAbandonedRetries(spool, Date.now() + 61_000);
  expect(readdirSync(spool.failed).sort()).toEqual(["x.json", "x.json.error"]);
});

test("one that it had linked into the spool already waits there, and nowhere else", () => {
  using folder = temporaryFolder();
  const { spool, taken } = underRetry(folder.path);
  linkSync(join(taken, "x.json"), join(spool.root, "x.json"));
  recoverRetries(spool);
  expect([jsonIn(spool.root), jsonIn(spool.failed)]).toEqual([["x.json"], []]);
  expect(existsSync(taken)).toBe(false);
});
