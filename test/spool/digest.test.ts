import { expect, test } from "bun:test";
import { appendFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { digestOf, holdsDigest, newSeed, pieceBytes } from "../../src/spool/digest.ts";
import { stayOnDisk, temporaryFolder } from "../temporary.ts";

stayOnDisk();

test.each([0, 1, 100, pieceBytes - 1, pieceBytes, pieceBytes + 1, 3 * pieceBytes])(
  "a file of %d bytes is known by its digest; grown, shortened or written to it is another",
  (bytes) => {
    using folder = temporaryFolder();
    const [path, seed] = [join(folder.path, "a.json"), newSeed()];
    const text = Buffer.alloc(bytes, "kernel");
    const file = { name: "a.json", bytes, mtimeMs: 0, inode: 0, digest: digestOf(text, seed) };
    const holds = () => holdsDigest(path, file, seed);
    writeFileSync(path, text);
    expect([holds(), holdsDigest(path, file, seed + 1n)]).toEqual([true, false]);
    appendFileSync(path, "x");
    expect(holds()).toBe(false);
    if (bytes === 0) return;
    truncateSync(path, bytes - 1);
    expect(holds()).toBe(false);
    const other = Buffer.from(text);
    other[bytes - 1] = 0;
    writeFileSync(path, other);
    expect(holds()).toBe(false);
  },
);
