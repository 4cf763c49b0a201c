import { expect, test } from "bun:test";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { SpoolFault } from "../../src/spool/fault.ts";
import { lockSpool } from "../../src/spool/lock-spool.ts";
import { temporaryFolder } from "../temporary.ts";

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
