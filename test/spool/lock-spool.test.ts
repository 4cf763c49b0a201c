import { expect, test } from "bun:test";
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { SpoolFault } from "../../src/spool/fault.ts";
import { lockSpool } from "../../src/spool/lock-spool.ts";
import { stayOnDisk, temporaryFolder } from "../temporary.ts";

stayOnDisk();

test("a spool that is held says by whom and since when; given back, it is free", () => {
  using folder = temporaryFolder();
  {
    using _lock = lockSpool(folder.path);
    const second = () => lockSpool(folder.path);
    expect(second).toThrow(SpoolFault);
    expect(second).toThrow(
      `the spool ${folder.path} is in use by another service: process ${process.pid} on ${hostname()} since 20`,
    );
  }
  using _again = lockSpool(folder.path);
});

test("what a holder that has gone left behind does not matter, nor what it wrote", () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, ".kci-ingester.holder"), '{"pid": "\u001b[2J", "host": 7');
  using _lock = lockSpool(folder.path);
  writeFileSync(join(folder.path, ".kci-ingester.holder"), "not JSON");
  expect(() => lockSpool(folder.path)).toThrow(/is in use by another service$/);
});

test("a folder that was removed and made again is locked again", () => {
  using folder = temporaryFolder();
  const spool = join(folder.path, "spool");
  mkdirSync(spool);
  using lock = lockSpool(spool);
  expect(lock.keep()).toBe(false);
  rmSync(spool, { recursive: true });
  expect(() => lock.keep()).toThrow(`cannot list the folder ${spool}: ENOENT`);
  mkdirSync(spool);
  expect([lock.keep(), lock.keep()]).toEqual([true, false]);
  expect(() => lockSpool(spool)).toThrow("is in use by another service");
});

test("a folder that another service has taken meanwhile is left to it", () => {
  using folder = temporaryFolder();
  const spool = join(folder.path, "spool");
  mkdirSync(spool);
  using lock = lockSpool(spool);
  rmSync(spool, { recursive: true });
  mkdirSync(spool);
  {
    using _other = lockSpool(spool);
    expect(() => lock.keep()).toThrow("is in use by another service");
  }
  expect(lock.keep()).toBe(true);
});

function replace(path: string, make: () => void): void {
  rmSync(path);
  make();
}

test.each<[string, (lock: string) => void]>([
  ["deleted", rmSync],
  ["replaced", (lock) => replace(lock, () => writeFileSync(lock, ""))],
  ["renamed", (lock) => renameSync(lock, `${lock}.old`)],
  ["replaced by a link", (lock) => replace(lock, () => symlinkSync("/dev/null", lock))],
])("while the lock's file is %s the spool stays its holder's", (_how, change) => {
  using folder = temporaryFolder();
  const path = join(folder.path, ".kci-ingester.lock");
  using lock = lockSpool(folder.path);
  change(path);
  expect(lock.isHeld).toBe(true);
  expect(() => lockSpool(folder.path)).toThrow("is in use by another service: process ");
  if (_how === "replaced by a link") {
    expect(() => lock.keep()).toThrow("ELOOP");
    expect(() => lockSpool(folder.path)).toThrow("is in use by another service: process ");
    expect(lock.isHeld).toBe(false);
    rmSync(path);
  }
  expect([lock.keep(), lock.isHeld, lock.keep()]).toEqual([true, true, false]);
  expect(() => lockSpool(folder.path)).toThrow("is in use by another service: process ");
});

test("a holder notices at once that the folder has another in its place", () => {
  using folder = temporaryFolder();
  const [spool, other] = [join(folder.path, "spool"), join(folder.path, "other")];
  for (const path of [spool, other]) mkdirSync(path);
  using lock = lockSpool(spool);
  using _other = lockSpool(other);
  renameSync(spool, `${spool}.old`);
  expect(lock.isHeld).toBe(false);
  renameSync(other, spool);
  expect(lock.isHeld).toBe(false);
  expect(() => lock.keep()).toThrow("is in use by another service");
  // The folder that was moved away is free again.
  lockSpool(`${spool}.old`)[Symbol.dispose]();
});

test.each<[string, RegExp, (lock: string) => void]>([
  ["a FIFO", /remove the FIFO/, (lock) => Bun.spawnSync(["mkfifo", lock])],
  ["a folder", /remove what is in place/, (lock) => mkdirSync(lock)],
  ["a link", /remove the symbolic link/, (lock) => symlinkSync("/dev/null", lock)],
  ["other text", /remove what is in place/, (lock) => writeFileSync(lock, "x".repeat(5_000))],
])("%s in the place of the lock is told as such, and what to do", (_what, hint, put) => {
  using folder = temporaryFolder();
  const path = join(folder.path, ".kci-ingester.lock");
  put(path);
  expect(() => lockSpool(folder.path)).toThrow(
    expect.objectContaining({ class: "operator", hint: expect.stringMatching(hint) }),
  );
  rmSync(path, { recursive: true });
  using _lock = lockSpool(folder.path);
});
