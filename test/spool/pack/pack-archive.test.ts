import { expect, spyOn, test } from "bun:test";
import {
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { spoolFault } from "../../../src/spool/fault.ts";
import { HeldFolder } from "../../../src/spool/held-folder.ts";
import { decodeName, pathOf } from "../../../src/spool/name.ts";
import { packArchive } from "../../../src/spool/pack/pack-archive.ts";
import { listPack } from "../../../src/spool/pack/pack-file.ts";
import { deletePacks, listPacks } from "../../../src/spool/pack/packs.ts";
import { temporaryFolder } from "../../temporary.ts";

const dayMs = 86_400_000;
const today = () => new Date().toISOString().slice(0, 10);

const listed = (path: string) =>
  listPacks(path, (fault) => {
    throw fault;
  });

/** An `archive/` with these files, packed in two days. */
function archiveWith(files: Record<string, string>) {
  const folder = temporaryFolder();
  const path = join(folder.path, "archive");
  mkdirSync(path);
  const put = (name: string, text: string) => writeFileSync(pathOf(path, name), text);
  for (const [name, text] of Object.entries(files)) put(name, text);
  const options = { endings: [".json", ".json.zst"], dryRun: false };
  return {
    path,
    put,
    pack: (afterDays = 2) =>
      packArchive(path, { ...options, beforeMs: Date.now() + afterDays * dayMs }),
    left: () => readdirSync(path).sort(),
    packed(name: string) {
      const handle = openSync(join(path, "packed", name), "r");
      try {
        return listPack(handle)?.map((one) => one.name);
      } finally {
        closeSync(handle);
      }
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

test("the files of a day go into its pack, those of a day that is not over stay", () => {
  using archive = archiveWith({ "a.json": "12", "b.json.zst": "3", "note.txt": "" });
  expect(archive.pack(0)).toMatchObject({ files: 0, kept: 2, packs: [] });
  const name = `${today()}.tar.zst`;
  expect(archive.pack()).toEqual({ files: 2, bytes: 3, packs: [name], kept: 0, left: 0 });
  expect(archive.left()).toEqual(["note.txt", "packed"]);
  expect(archive.packed(name)).toEqual(["a.json", "b.json.zst"]);
  expect(archive.pack()).toMatchObject({ files: 0, packs: [] });
});

test("a later file of that day, of the same name too, goes into a pack of its own", () => {
  using archive = archiveWith({ "a.json": "first" });
  archive.pack();
  archive.put("a.json", "second");
  const second = `${today()}.2.tar.zst`;
  expect(archive.pack().packs).toEqual([second]);
  expect(archive.packed(second)).toEqual(["a.json"]);
  expect(listed(archive.path).map(({ name }) => name)).toEqual([`${today()}.tar.zst`, second]);
});

test("a file that lies in a pack already is deleted, and not packed twice", () => {
  using archive = archiveWith({ "a.json": "first", "b.json": "b" });
  archive.pack();
  archive.put("a.json", "first");
  archive.put("c.json", "c");
  expect(archive.pack()).toMatchObject({ files: 2, packs: [`${today()}.2.tar.zst`] });
  expect(archive.packed(`${today()}.2.tar.zst`)).toEqual(["c.json"]);
});

test("nothing is deleted for the sake of a pack that is broken", () => {
  using archive = archiveWith({ "a.json": "first" });
  archive.pack();
  const path = join(archive.path, "packed", `${today()}.tar.zst`);
  const bytes = readFileSync(path);
  bytes[20] = (bytes[20] ?? 0) ^ 0xff;
  writeFileSync(path, bytes);
  archive.put("a.json", "first");
  expect(archive.pack().packs).toEqual([`${today()}.2.tar.zst`]);
  expect(archive.packed(`${today()}.2.tar.zst`)).toEqual(["a.json"]);
});

test("any name goes into a pack; links, FIFOs and folders stay where they are", () => {
  using other = temporaryFolder();
  using archive = archiveWith({});
  const names = ["-rf.json", "a\nb.json", `${"ä".repeat(120)}.json`];
  for (const name of [...names, decodeName(Buffer.from("ff2e6a736f6e", "hex"))])
    archive.put(name, name);
  symlinkSync("/etc/hostname", join(archive.path, "link.json"));
  mkdirSync(join(archive.path, "folder.json"));
  Bun.spawnSync(["mkfifo", join(archive.path, "fifo.json")]);
  writeFileSync(join(other.path, "x"), "x");
  linkSync(join(other.path, "x"), join(archive.path, "hard.json"));
  expect(archive.pack()).toMatchObject({ files: 5, left: 0 });
  expect(archive.left()).toEqual(["fifo.json", "folder.json", "link.json", "packed"]);
  expect(readFileSync(join(other.path, "x"), "utf8")).toBe("x");
});

test("a link in the place of the folder for packs is not followed", () => {
  using other = temporaryFolder();
  using archive = archiveWith({ "a.json": "1" });
  symlinkSync(other.path, join(archive.path, "packed"));
  expect(() => archive.pack()).toThrow("is a symbolic link");
  expect(() => deletePacks(archive.path, { beforeMs: 9e15, dryRun: false })).toThrow("link");
  expect([archive.left(), readdirSync(other.path)]).toEqual([["a.json", "packed"], []]);
});

test("what only has the name of a pack is not deleted, nor is anything put over it", () => {
  using archive = archiveWith({ "a.json": "1" });
  mkdirSync(join(archive.path, "packed"));
  const [foreign, odd] = ["2001-01-01.tar.zst", `${today()}.tar.zst`];
  writeFileSync(join(archive.path, "packed", foreign), "of somebody else");
  symlinkSync("/etc/hostname", join(archive.path, "packed", odd));
  expect(archive.pack().packs).toEqual([`${today()}.2.tar.zst`]);
  expect(deletePacks(archive.path, { beforeMs: 9e15, dryRun: false })).toMatchObject({ packs: 1 });
  expect(readdirSync(join(archive.path, "packed")).sort()).toEqual([foreign, odd].sort());
});

test("a pack has a name that is found, whatever names somebody made up", () => {
  using archive = archiveWith({ "a.json": "1" });
  mkdirSync(join(archive.path, "packed"));
  writeFileSync(join(archive.path, "packed", `${today()}.999999999.tar.zst`), "");
  expect(archive.pack().packs).toEqual([`${today()}.tar.zst`]);
  archive.put("b.json", "2");
  expect(archive.pack().packs).toEqual([`${today()}.2.tar.zst`]);
  expect(listed(archive.path).map(({ files }) => files)).toEqual([1, 1]);
});

test("a file that cannot be deleted is told, packed once, and holds up no other", () => {
  using archive = archiveWith({ "a.json": "1", "b.json": "2", "c.json": "3" });
  const real = HeldFolder.prototype.remove;
  const remove = spyOn(HeldFolder.prototype, "remove").mockImplementation(function (
    this: HeldFolder,
    name,
  ) {
    if (name === "b.json") throw spoolFault({ code: "EPERM" }, "delete", name);
    real.call(this, name);
  });
  try {
    const first = archive.pack();
    expect([first.files, first.left, first.fault?.code]).toEqual([2, 1, "EPERM"]);
    archive.put("d.json", "4");
    expect(archive.pack()).toMatchObject({ files: 1, left: 1, packs: [`${today()}.2.tar.zst`] });
  } finally {
    remove.mockRestore();
  }
  expect(archive.packed(`${today()}.2.tar.zst`)).toEqual(["d.json"]);
  expect(archive.left()).toEqual(["b.json", "packed"]);
});

test("an archive that is not there holds nothing", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "archive");
  const options = { endings: [".json"], beforeMs: Date.now(), dryRun: false };
  expect(packArchive(path, options)).toMatchObject({ files: 0, kept: 0 });
  expect(listed(path)).toEqual([]);
});
