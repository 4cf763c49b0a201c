import { expect, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type DiskSpace, diskSpaceAt, lookUpDiskSpace, roomOf } from "../../src/base/disk-space.ts";
import { hiddenFullDisk, isFullDisk } from "../../src/base/full-disk.ts";
import { mountRefusal, mountSmallDisk } from "../faults/mount.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary.ts";

const canMount = needs(
  mountRefusal === undefined,
  "the room on small disks",
  `the right to mount (${mountRefusal})`,
);

const half: DiskSpace = {
  ...{ device: 1, freeBytes: 500, sizeBytes: 1000 },
  ...{ freeInodes: 500, inodes: 1000 },
};

test.each<[what: string, ReturnType<typeof roomOf>, Partial<DiskSpace>]>([
  ["half of all", "enough", {}],
  ["5 % of the bytes", "enough", { freeBytes: 50 }],
  ["less than 5 % of the bytes", "low", { freeBytes: 49 }],
  ["1 % of the bytes", "low", { freeBytes: 10 }],
  ["less than 1 % of the bytes", "full", { freeBytes: 9 }],
  ["less than 5 % of the inodes", "low", { freeInodes: 49 }],
  ["no inode", "full", { freeInodes: 0 }],
  ["inodes without number", "enough", { freeInodes: undefined, inodes: undefined }],
])("with %s free the room is %s", (_what, room, part) => {
  expect(roomOf({ ...half, ...part })).toBe(room);
});

test("of a path that is not there yet, the disk is that of the folder where it would be", async () => {
  using folder = temporaryFolder();
  const there = diskSpaceAt(folder.path);
  expect(there?.freeBytes).toBeGreaterThan(0);
  const absent = join(folder.path, "no/such/folder");
  expect(diskSpaceAt(absent)?.device).toBe(there?.device);
  expect((await lookUpDiskSpace(folder.path))?.sizeBytes).toBe(there?.sizeBytes);
  expect(await lookUpDiskSpace(absent)).toBeUndefined();
});

test.if(canMount)("a disk is found to be low, full, and to have room again", () => {
  using folder = temporaryFolder();
  using disk = mountSmallDisk(folder.path, 4 << 20);
  const room = () => {
    const space = diskSpaceAt(folder.path);
    return space && roomOf(space);
  };
  expect([room(), hiddenFullDisk(folder.path)]).toEqual(["enough", undefined]);
  disk.fill(120_000);
  expect([room(), hiddenFullDisk(folder.path)]).toEqual(["low", undefined]);
  disk.fill(0);
  expect([room(), hiddenFullDisk(folder.path)]).toEqual(["full", "ENOSPC"]);
  disk.free();
  expect([room(), hiddenFullDisk(folder.path)]).toEqual(["enough", undefined]);
  expect(readdirSync(folder.path)).toEqual([]);
});

test.if(canMount)("a disk without inodes is full, whatever room it has", () => {
  using folder = temporaryFolder();
  using _disk = mountSmallDisk(folder.path, 4 << 20, 20);
  for (let n = 0; n < 19; n++) writeFileSync(join(folder.path, `${n}`), "");
  const space = diskSpaceAt(folder.path);
  expect([space?.freeInodes, space && roomOf(space)]).toEqual([0, "full"]);
  expect(hiddenFullDisk(folder.path)).toBe("ENOSPC");
});

test("what no folder takes for other reasons is no full disk", () => {
  expect(hiddenFullDisk("/no/such/folder")).toBeUndefined();
  expect(["ENOSPC", "EDQUOT", "SQLITE_FULL", "53100"].every(isFullDisk)).toBe(true);
  expect([undefined, "EIO", "SQLITE_IOERR", "53000", "toString"].some(isFullDisk)).toBe(false);
});

test.if(canMount)("a disk that cannot be written for other reasons is not called full", () => {
  using folder = temporaryFolder();
  using disk = mountSmallDisk(folder.path, 1 << 20);
  disk.setReadOnly(true);
  expect(hiddenFullDisk(folder.path)).toBeUndefined();
  disk.setReadOnly(false);
  expect(hiddenFullDisk(folder.path)).toBeUndefined();
  expect(readdirSync(folder.path)).toEqual([]);
});
