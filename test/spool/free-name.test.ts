import { expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { archiveFile } from "../../src/spool/archive-file.ts";
import { freeNumber, numberedName } from "../../src/spool/free-name.ts";
import { openSpool } from "../../src/spool/spool.ts";
import { isFull } from "../faults/sweep.ts";
import { processorMs } from "../processor-ms.ts";
import { inMemory, temporaryFolder } from "../temporary.ts";
import { put } from "./put.ts";

const many = isFull ? 30_000 : 10_000;

test.each([false, true])(
  `one more file of a name that archive/ holds ${many} times costs the main thread little, compressed: %p`,
  (isCompressed) => {
    using folder = temporaryFolder(existsSync(inMemory) ? inMemory : undefined);
    const spool = openSpool(folder.path, { compressArchive: isCompressed });
    const ending = isCompressed ? ".json.zst" : ".json";
    for (let n = 1; n <= many; n++) {
      writeFileSync(join(spool.archive, numberedName("x.json", n, ending)), `${n}`);
    }
    // The quickest of a few: others use the caches, too.
    let leastMs = Number.POSITIVE_INFINITY;
    for (let one = 1; one <= 5; one++) {
      const file = put(spool, "x.json", `new ${one}`);
      const startedMs = processorMs();
      const move = archiveFile(spool, file);
      leastMs = Math.min(leastMs, processorMs() - startedMs);
      const name = numberedName("x.json", many + one, ending);
      expect(move).toEqual({ moved: true, name });
      const bytes = readFileSync(join(spool.archive, name));
      const text = isCompressed ? Bun.zstdDecompressSync(bytes) : bytes;
      expect(text.toString()).toBe(`new ${one}`);
    }
    expect(leastMs).toBeLessThan(50);
  },
);

test.each([1, 2, 16, 17, 32, 33, 100, 9_999])(
  "after %d taken numbers the next one is free",
  (taken) => {
    let looks = 0;
    const number = freeNumber((one) => {
      looks++;
      return one > taken;
    });
    expect(number).toBe(taken + 1);
    expect(looks).toBeLessThan(50);
  },
);

test("where nothing is free at all the search ends, and says so", () => {
  expect(() => freeNumber(() => false)).toThrow("cannot find a free name");
});
