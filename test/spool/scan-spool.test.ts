import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SpoolFault } from "../../src/spool/fault.ts";
import { lookAt } from "../../src/spool/look-at.ts";
import { encodeName } from "../../src/spool/name.ts";
import { scanSpool } from "../../src/spool/scan-spool.ts";
import { stayOnDisk, temporaryFolder } from "../temporary.ts";

stayOnDisk();

function write(root: string, name: string, seconds: number, text = "{}"): void {
  const path = Buffer.concat([Buffer.from(`${root}/`), encodeName(name)]);
  writeFileSync(path, text);
  utimesSync(path, seconds, seconds);
}

test("regular files that end in .json are found, oldest first, by name among equals", async () => {
  using folder = temporaryFolder();
  const names = ["b.json", "a.json", ".hidden.json", "new\nline.json", ".json", "é😀.json"];
  for (const [place, name] of names.entries()) write(folder.path, name, place < 2 ? 1 : 2, "1234");
  for (const name of ["x.json.temp", "x.JSON", "json", "x.json~"]) write(folder.path, name, 0);
  const scan = await scanSpool(folder.path, { limit: 100 });
  const found = scan.files.take(100);
  expect(found.map(({ name }) => name)).toEqual([
    ...["a.json", "b.json"],
    ...[".hidden.json", ".json", "new\nline.json", "é😀.json"],
  ]);
  expect(scan).toMatchObject({ waiting: 6, waitingBytes: 24, odd: [] });
  expect(found[0]).toMatchObject({ bytes: 4, mtimeMs: 1_000, inode: expect.any(Number) });
});

test("names of any bytes, as long as the system allows, are found and can be opened", async () => {
  using folder = temporaryFolder();
  const names = ["caf\udce9.json", "\udcff\udcfe.json", "good.json", `${"n".repeat(250)}.json`];
  for (const name of names) write(folder.path, name, 1);
  const { files } = await scanSpool(folder.path, { limit: 100 });
  expect(
    files
      .take(100)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(names.toSorted());
});

test("what is no regular file is told by what it is, and not followed", async () => {
  using folder = temporaryFolder();
  write(folder.path, "target", 1);
  symlinkSync("target", join(folder.path, "link.json"));
  symlinkSync("nowhere", join(folder.path, "broken.json"));
  mkdirSync(join(folder.path, "folder.json"));
  write(join(folder.path, "folder.json"), "inner.json", 1);
  Bun.spawnSync(["mkfifo", join(folder.path, "fifo.json")]);
  using listener = Bun.listen({ unix: join(folder.path, "socket.json"), socket: { data() {} } });
  const scan = await scanSpool(folder.path, { limit: 100 });
  listener.stop(true);
  expect(scan.files.size).toBe(0);
  expect(scan.waiting).toBe(0);
  expect(scan.odd.map(({ name, what }) => `${name}: ${what}`).sort()).toEqual([
    "broken.json: symbolic link",
    "fifo.json: FIFO",
    "folder.json: folder",
    "link.json: symbolic link",
    "socket.json: socket",
  ]);
});

test("of many the oldest are kept, all are counted, those in hand are not", async () => {
  using folder = temporaryFolder();
  for (let file = 0; file < 50; file++) write(folder.path, `${file}.json`, 100 - file);
  const skip = (name: string) => name === "49.json";
  const scan = await scanSpool(folder.path, { limit: 3, skip });
  expect(scan.files.take(4).map(({ name }) => name)).toEqual(["48.json", "47.json", "46.json"]);
  expect(scan.waiting).toBe(49);
});

test("a folder that cannot be read is the operator's to mend; a file that has gone is nothing", async () => {
  using folder = temporaryFolder();
  expect(lookAt(folder.path, "gone.json")).toBeUndefined();
  const scan = scanSpool(join(folder.path, "absent"), { limit: 1 });
  const fault = await scan.catch((cause: unknown) => cause);
  expect(fault).toBeInstanceOf(SpoolFault);
  expect(fault).toMatchObject({ class: "operator", code: "ENOENT" });
});

test("a scan ends when it is asked to", async () => {
  using folder = temporaryFolder();
  for (let file = 0; file < 3_000; file++) write(folder.path, `${file}.json`, 1, "");
  const signal = AbortSignal.abort();
  expect(scanSpool(folder.path, { limit: 1, signal })).rejects.toThrow();
});

test("a long scan hands over files before its end, and each file once", async () => {
  using folder = temporaryFolder();
  const names = Array.from({ length: 5_000 }, (_, at) => `${at}.json`);
  for (const name of names) writeFileSync(join(folder.path, name), "1");
  let looks = 0;
  const slowly = () => {
    if (++looks % 4 === 0) Bun.sleepSync(1.2);
    return false;
  };
  const early: string[] = [];
  let looksAtFirst = 0;
  const onEarly = (files: readonly { name: string }[]) => {
    looksAtFirst ||= looks;
    early.push(...files.map(({ name }) => name));
  };
  const scan = await scanSpool(folder.path, { limit: 100_000, skip: slowly, onEarly });
  expect(early.length).toBeGreaterThan(1_000);
  expect(looksAtFirst).toBeLessThan(names.length);
  expect([scan.early, scan.waiting]).toEqual([early.length, names.length]);
  expect([...early, ...scan.files.take(5_000).map(({ name }) => name)].sort()).toEqual(
    names.sort(),
  );
});
