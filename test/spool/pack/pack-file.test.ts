import { expect, test } from "bun:test";
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  flawOfPack,
  listPack,
  PackWriter,
  summarizePack,
} from "../../../src/spool/pack/pack-file.ts";
import { padding, tarHeader } from "../../../src/spool/pack/tar.ts";
import { needsProgram } from "../../needs.ts";
import { temporaryFolder } from "../../temporary.ts";

/** Bytes that do not compress, so that frames are as many on the disk. */
const noise = (bytes: number) => {
  const buffer = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 65_536) {
    crypto.getRandomValues(buffer.subarray(at, at + 65_536));
  }
  return buffer;
};

const files = new Map([
  ["a.json", Buffer.from("{}")],
  ["empty.json", Buffer.alloc(0)],
  ["large.json", noise(9 << 20)],
  [`${"l".repeat(200)}.json`, Buffer.from("long")],
]);

function writePack(
  path: string,
  hash = (bytes: Buffer) => new Bun.SHA256().update(bytes).digest("hex"),
) {
  const handle = openSync(path, "w");
  const writer = new PackWriter(handle);
  for (const [name, text] of files) {
    const member = { name, bytes: text.length, mtimeMs: 0, mode: 0o644, uid: 0, gid: 0 };
    for (const part of [tarHeader(member), text, padding(text.length)]) writer.add(part);
    writer.note({ name, bytes: text.length, sha256: hash(text) });
  }
  writer.end();
  closeSync(handle);
}

function within<T>(path: string, use: (handle: number) => T): T {
  const handle = openSync(path, "r");
  try {
    return use(handle);
  } finally {
    closeSync(handle);
  }
}

test("a pack says what it holds without being unpacked, and is found whole", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "x.tar.zst");
  writePack(path);
  const bytes = [...files.values()].reduce((sum, text) => sum + text.length, 0);
  expect(within(path, summarizePack)).toEqual({ files: 4, bytes });
  expect(within(path, listPack)?.map(({ name }) => name)).toEqual([...files.keys()]);
  expect(within(path, flawOfPack)).toBeUndefined();
});

const hasPrograms =
  needsProgram("tar", "the unpacking of packs") && needsProgram("zstd", "the unpacking of packs");

test.if(hasPrograms)("GNU tar and zstd unpack it without a warning", () => {
  using folder = temporaryFolder();
  writePack(join(folder.path, "x.tar.zst"));
  const words = ["tar", "--zstd", "-xf", "x.tar.zst"];
  const run = Bun.spawnSync(words, { cwd: folder.path });
  expect([run.exitCode, run.stderr.toString()]).toEqual([0, ""]);
  expect(readdirSync(folder.path).sort()).toEqual([...files.keys(), "x.tar.zst"].sort());
  for (const [name, text] of files) {
    expect(readFileSync(join(folder.path, name)).equals(text)).toBe(true);
  }
  expect(Bun.spawnSync(["zstd", "-tq", "x.tar.zst"], { cwd: folder.path }).exitCode).toBe(0);
});

test("where a byte of it is another one, or where it ends early, that is known", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "x.tar.zst");
  writePack(path);
  const whole = readFileSync(path);
  const places = [0, 3_000, 8 << 20, whole.length - 500, whole.length - 40, whole.length - 20];
  for (const at of [...places, whole.length - 5]) {
    const broken = Buffer.from(whole);
    broken[at] = (broken[at] ?? 0) ^ 0xff;
    writeFileSync(path, broken);
    expect([at, within(path, flawOfPack)]).toEqual([at, expect.any(String)]);
    writeFileSync(path, whole.subarray(0, at));
    expect([at, within(path, flawOfPack)]).toEqual([at, "it has no index"]);
    expect(within(path, summarizePack)).toBeUndefined();
  }
});

test("a pack with other bytes than were read is known by their digests", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "x.tar.zst");
  writePack(path, () => "0".repeat(64));
  expect(within(path, flawOfPack)).toBe("file 1 is not what was packed");
});

/** A pack without frames that has this index, and says it has this many files. */
function writeIndex(path: string, index: Uint8Array, files = 1): void {
  const [head, trailer] = [Buffer.alloc(8), Buffer.alloc(32)];
  head.writeUInt32LE(0x184d2a5d, 0);
  head.writeUInt32LE(index.length + 32, 4);
  trailer.writeUInt32LE(files, 8);
  trailer.writeUInt32LE(index.length, 12);
  trailer.writeUInt32LE(1, 16);
  trailer.write("kci-pack", 24, "latin1");
  writeFileSync(path, Buffer.concat([head, index, trailer]));
}

const digest = "0".repeat(64);

test.each([
  null,
  5,
  { frames: [] },
  { frames: [], files: { length: 1 } },
  { frames: [], files: [null] },
  { frames: [], files: [[null, 1, digest]] },
  { frames: [], files: [["a.json", -1, digest]] },
  { frames: [], files: [["a.json", "1", digest]] },
  { frames: [], files: [["a.json", 1, "\u001b[31m"]] },
  { frames: [[1e300, 1]], files: [["a.json", 1, digest]] },
  { frames: [null], files: [["a.json", 1, digest]] },
])("an index that somebody else wrote is none: %j", (index) => {
  using folder = temporaryFolder();
  const path = join(folder.path, "x.tar.zst");
  writeIndex(path, Bun.zstdCompressSync(Buffer.from(JSON.stringify(index))));
  expect(within(path, listPack)).toBeUndefined();
  expect(within(path, flawOfPack)).toBe("it has no index");
});

test("a pack that would fill the memory is not unpacked, neither its index nor a frame", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "x.tar.zst");
  const bomb = Bun.zstdCompressSync(Buffer.alloc(200 << 20, " "));
  expect(bomb.length).toBeLessThan(1 << 20);
  writeIndex(path, bomb);
  expect(within(path, listPack)).toBeUndefined();
  const files = [["a.json", 1, digest]];
  const index = JSON.stringify({ frames: [[bomb.length, 200 << 20]], files });
  writeIndex(path, Bun.zstdCompressSync(Buffer.from(index)));
  writeFileSync(path, Buffer.concat([bomb, readFileSync(path)]));
  expect(within(path, flawOfPack)).toEqual(expect.any(String));
});
