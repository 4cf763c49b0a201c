import { describe, expect, test } from "bun:test";
import { closeSync, openSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { digestOf, newSeed, pieceBytes } from "../../src/spool/digest.ts";
import { SpoolFault } from "../../src/spool/fault.ts";
import { LargeFile } from "../../src/spool/large-file.ts";
import { temporaryFolder } from "../temporary.ts";

const seed = newSeed();

function open(folder: string, bytes: Buffer) {
  const path = join(folder, "a.json");
  writeFileSync(path, bytes);
  return { path, file: new LargeFile(openSync(path, "r"), bytes.length, seed, "a.json") };
}

/** Bytes of which no two pieces are alike. */
function someBytes(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 4) bytes.writeUInt32LE(at, Math.min(at, length - 4));
  return bytes;
}

describe("a large file", () => {
  test.each([1, pieceBytes, 3 * pieceBytes + 5])(
    "of %d bytes is read in pieces and stretches",
    (length) => {
      using folder = temporaryFolder();
      const bytes = length < 4 ? Buffer.from("x") : someBytes(length);
      using file = open(folder.path, bytes).file;
      const pieces = [...file.pieces()].map((piece) => piece.length);
      expect(pieces.reduce((sum, one) => sum + one, 0)).toBe(length);
      expect(file.digest).toBe(digestOf(bytes, seed));
      const places = [0, 1, pieceBytes - 1, pieceBytes, pieceBytes + 1, 2 * pieceBytes, length];
      for (const start of places) {
        for (const end of places.filter((place) => place >= start && place <= length)) {
          expect(Buffer.compare(file.slice(start, end), bytes.subarray(start, end))).toBe(0);
        }
      }
    },
  );

  test("that is written to, or shortened, between two readings throws", () => {
    using folder = temporaryFolder();
    const bytes = someBytes(3 * pieceBytes);
    const { path, file } = open(folder.path, bytes);
    using _ = file;
    for (const _piece of file.pieces());
    const writer = openSync(path, "r+");
    writeSync(writer, "x", 2 * pieceBytes + 7);
    closeSync(writer);
    expect(file.slice(5, 9).length).toBe(4);
    expect(() => file.slice(2 * pieceBytes + 1000, 2 * pieceBytes + 1001)).toThrow(SpoolFault);
    expect(() => [...file.pieces()].length).toThrow("it is changing while being read");
    truncateSync(path, pieceBytes + 1);
    expect(() => file.slice(pieceBytes, pieceBytes + 1)).toThrow(SpoolFault);
  });
});
