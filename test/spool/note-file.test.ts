import { expect, test } from "bun:test";
import { existsSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lastIngestionMs, noteIngestion } from "../../src/spool/last-ingestion.ts";
import { lockSpool } from "../../src/spool/lock-spool.ts";
import { readNote, writeNote } from "../../src/spool/note-file.ts";
import { stayOnDisk, temporaryFolder } from "../temporary.ts";

stayOnDisk();

/** A spool into which somebody has put a link under the name of a note, and the file that it leads to. */
function withLink(name: string) {
  const folder = temporaryFolder();
  const [note, elsewhere] = [join(folder.path, name), join(folder.path, "elsewhere")];
  symlinkSync(elsewhere, note);
  return { root: folder.path, note, elsewhere, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

test("a note is read as it was last written; one that is not there is undefined", () => {
  using folder = temporaryFolder();
  const note = join(folder.path, "note");
  expect(readNote(note)).toBeUndefined();
  writeNote(note, "the first, which is longer");
  writeNote(note, "the second");
  expect(readNote(note)).toBe("the second");
});

test("a link in the place of a note is neither written nor read through", () => {
  using link = withLink("note");
  writeFileSync(link.elsewhere, "somebody's");
  const told = `cannot write ${link.note}: ELOOP`;
  expect(() => writeNote(link.note, "ours")).toThrow(told);
  expect(() => readNote(link.note)).toThrow(`cannot read ${link.note}: ELOOP`);
  expect(readFileSync(link.elsewhere, "utf8")).toBe("somebody's");
});

test("a link in the place of the last ingestion's note costs the note, nothing else", () => {
  using link = withLink(".kci-ingester.last-ingestion");
  noteIngestion(link.root);
  expect(existsSync(link.elsewhere)).toBe(false);
  expect(lastIngestionMs(link.root)).toBeNumber();
});

test.each([".kci-ingester.lock", ".kci-ingester.holder"])(
  "a link in the place of %s keeps the spool from being locked, and makes no file elsewhere",
  (name) => {
    using link = withLink(name);
    expect(() => lockSpool(link.root)).toThrow(`${link.note}: ELOOP`);
    expect(existsSync(link.elsewhere)).toBe(false);
  },
);

test("a FIFO in the place of a note holds nobody up", () => {
  using folder = temporaryFolder();
  const note = join(folder.path, "note");
  expect(Bun.spawnSync(["mkfifo", note]).exitCode).toBe(0);
  expect(() => writeNote(note, "ours")).toThrow(`cannot write ${note}: ENXIO`);
  expect(readNote(note)).toBeUndefined();
});

test("what is too large for a note of ours is not read", () => {
  using folder = temporaryFolder();
  const note = join(folder.path, "note");
  writeFileSync(note, "");
  truncateSync(note, 3 * 2 ** 30);
  expect(readNote(note)).toBeUndefined();
});
