import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { findSubmission } from "../../../src/spool/find-submission.ts";
import { packArchive } from "../../../src/spool/pack/pack-archive.ts";
import { openSpool } from "../../../src/spool/spool.ts";
import { temporaryFolder } from "../../temporary.ts";

const dayMs = 86_400_000;

/** A spool whose submissions of today, one of a test each, were packed. */
function packedSpool(...ids: string[]) {
  const folder = temporaryFolder();
  const spool = openSpool(join(folder.path, "spool"));
  const textOf = (id: string) => JSON.stringify({ tests: [{ id }] });
  for (const [at, id] of ids.entries()) {
    const isCompressed = at % 2 === 1;
    const text = textOf(id);
    const path = join(spool.archive, `${at}.json${isCompressed ? ".zst" : ""}`);
    writeFileSync(path, isCompressed ? zstdCompressSync(text) : text);
  }
  packArchive(spool.archive, {
    ...{ endings: [".json", ".json.zst"], dryRun: false, beforeMs: Date.now() + 2 * dayMs },
  });
  return { spool, textOf, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

test("a submission that was packed is found by an id in it, compressed or not", () => {
  using packed = packedSpool("o:1", "o:2", "o:3");
  const day = new Date().toISOString().slice(0, 10);
  for (const [at, id] of ["o:1", "o:2", "o:3"].entries()) {
    const found = findSubmission(packed.spool, id, Date.now());
    if (!("text" in found)) throw new Error(found.why);
    expect(found.text).toBe(packed.textOf(id));
    expect(found.text.slice(found.at)).toStartWith(JSON.stringify(id));
    expect(found.place).toBe(`archive/packed/${day}.tar.zst`);
    expect(found.file.name).toBe(`${at}.json${at % 2 === 1 ? ".zst" : ""}`);
  }
});

test("one that is in no pack, or in one of another week, is told as gone", () => {
  using packed = packedSpool("o:1");
  const gone = { why: expect.stringContaining("nor in the packs of the day") };
  expect(findSubmission(packed.spool, "o:9", Date.now())).toEqual(gone);
  expect(findSubmission(packed.spool, "o:1", Date.now() - 7 * dayMs)).toEqual(gone);
  expect(findSubmission(packed.spool, "o:1", Number.NaN)).toEqual(gone);
});

test("what only has the name of a pack hides no other", () => {
  using packed = packedSpool("o:1");
  const day = new Date().toISOString().slice(0, 10);
  const place = join(packed.spool.archive, "packed");
  writeFileSync(join(place, `${day}.2.tar.zst`), "no pack at all");
  mkdirSync(join(place, `${day}.3.tar.zst`));
  expect(findSubmission(packed.spool, "o:1", Date.now())).toMatchObject({ at: expect.any(Number) });
});
