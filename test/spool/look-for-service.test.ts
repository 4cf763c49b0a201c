import { expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  linkSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { lockSpool } from "../../src/spool/lock-spool.ts";
import { lookForService } from "../../src/spool/look-for-service.ts";
import { mountRefusal, mountSmallDisk } from "../faults/mount.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary.ts";

const facts = { version: "1.2.3", database: "postgres://kci@db/kcidb" };
const noteOf = (root: string) => join(root, ".kci-ingester.holder");

test("a service is found while it has the spool, with what it says of itself", () => {
  using folder = temporaryFolder();
  expect(lookForService(folder.path)).toEqual({ isRunning: false });
  {
    using _lock = lockSpool(folder.path, facts);
    expect(lookForService(folder.path)).toEqual({
      isRunning: true,
      holder: { pid: process.pid, host: hostname(), since: expect.any(Date), facts },
    });
    // Who looks takes nothing away.
    expect(() => lockSpool(folder.path)).toThrow("is in use by another service");
  }
  expect(lookForService(folder.path)).toEqual({ isRunning: false });
});

test.each<[string, (note: string, root: string) => void]>([
  ["others may write it", (note) => chmodSync(note, 0o666)],
  ["its group may write it", (note) => chmodSync(note, 0o664)],
  ["it is another name of some file", (note, root) => linkSync(note, join(root, "other"))],
  ["it is gone", (note) => rmSync(note)],
  ["it is no JSON", (note) => writeFileSync(note, "{")],
  ["it is none of ours", (note) => writeFileSync(note, '{"pid": "1", "host": 2}')],
])("a note is not believed when %s, and yet the service is found", (_what, change) => {
  using folder = temporaryFolder();
  using _lock = lockSpool(folder.path, facts);
  change(noteOf(folder.path), folder.path);
  expect(lookForService(folder.path)).toEqual({ isRunning: true, holder: undefined });
});

const canChown = needs(process.getuid?.() === 0, "notes of other users", "the right to chown");

test.if(canChown)("a note of another user is not believed, that of the spool's owner is", () => {
  using folder = temporaryFolder();
  using _lock = lockSpool(folder.path, facts);
  chownSync(noteOf(folder.path), 12_345, 12_345);
  expect(lookForService(folder.path).holder).toBeUndefined();
  chownSync(folder.path, 12_345, 12_345);
  expect(lookForService(folder.path).holder?.facts).toEqual(facts);
});

test("a note that others could write is theirs no more when a service writes it", () => {
  using folder = temporaryFolder();
  writeFileSync(noteOf(folder.path), "");
  chmodSync(noteOf(folder.path), 0o666);
  using _lock = lockSpool(folder.path, facts);
  expect(statSync(noteOf(folder.path)).mode & 0o022).toBe(0);
  expect(lookForService(folder.path).holder?.facts).toEqual(facts);
});

const canMount = needs(
  mountRefusal === undefined,
  "a spool on a full disk",
  `the right to mount (${mountRefusal})`,
);

test.if(canMount)("a full disk keeps no service from taking its spool", () => {
  using folder = temporaryFolder();
  using disk = mountSmallDisk(folder.path, 1 << 20);
  disk.fill(0);
  using _lock = lockSpool(folder.path, facts);
  expect(readFileSync(noteOf(folder.path), "utf8")).toBe("");
  expect(lookForService(folder.path)).toEqual({ isRunning: true, holder: undefined });
});

test.if(canMount)("what a service says of itself is there once a full disk has room again", () => {
  using folder = temporaryFolder();
  using disk = mountSmallDisk(folder.path, 1 << 20);
  disk.fill(0);
  using lock = lockSpool(folder.path, facts);
  expect(lock.keep()).toBe(false);
  expect(lookForService(folder.path).holder).toBeUndefined();
  disk.free();
  expect(lock.keep()).toBe(false);
  expect(lookForService(folder.path).holder?.facts).toEqual(facts);
});

test("however often it is asked whether a service has a spool, one that starts is not kept from it", async () => {
  using folder = temporaryFolder();
  const module = join(import.meta.dir, "../../src/spool/look-for-service.ts");
  const script = `import { lookForService } from ${JSON.stringify(module)};
    console.log("asks");
    for (;;) lookForService(${JSON.stringify(folder.path)});`;
  const asker = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe", stderr: "inherit" });
  try {
    await asker.stdout.getReader().read();
    for (let round = 0; round < 200; round++) lockSpool(folder.path)[Symbol.dispose]();
  } finally {
    asker.kill("SIGKILL");
    await asker.exited;
  }
});
