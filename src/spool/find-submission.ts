import { zstdDecompressSync } from "node:zlib";
import { errnoOf } from "./fault.ts";
import { listIfThere } from "./list-folder.ts";
import { lookAt } from "./look-at.ts";
import { findText } from "./pack/find-text.ts";
import { packFolder } from "./pack/packs.ts";
import { ReadBuffer, readFile } from "./read-file.ts";
import type { Spool, SpoolFile } from "./spool.ts";

/** A submission in `archive/` or a pack, and the place in its text where an id stands. */
export interface FoundSubmission {
  readonly file: Pick<SpoolFile, "name" | "bytes">;
  /** Below the spool. */
  readonly place: string;
  readonly text: string;
  readonly at: number;
}

/** Beyond this nobody looks: the way goes through the names of all. */
const maxNames = 100_000;
const maxFiles = 200;
const maxFileBytes = 16 << 20;
const maxBytes = 64 << 20;
const maxMs = 1_500;

/**
 * Looks in `archive/` for the submission that an id came from: among the files that were written last before
 * its ingestion, for the rows do not name it, and then in the packs of that day. Gives up after some, and says so.
 * Throws `SpoolFault`.
 */
export function findSubmission(
  { archive }: Spool,
  id: string,
  ingestedAtMs: number,
): FoundSubmission | { readonly why: string } {
  const names = listIfThere(archive).filter((name) => /\.json(\.zst)?$/.test(name));
  if (names.length > maxNames) return { why: "There are too many files in archive/ to search." };
  const files = names
    .flatMap((name) => {
      const file = lookAt(archive, name);
      return file && !("what" in file) ? file : [];
    })
    .filter(({ bytes }) => bytes <= maxFileBytes)
    .sort((a, b) => distance(a, ingestedAtMs) - distance(b, ingestedAtMs));
  const needle = JSON.stringify(id);
  const buffer = new ReadBuffer();
  const endMs = performance.now() + maxMs;
  let read = 0;
  for (const file of files.slice(0, maxFiles)) {
    if (read > maxBytes || performance.now() > endMs) break;
    read += file.bytes;
    const text = textOf(archive, file, buffer);
    const at = text.indexOf(needle);
    if (at >= 0) return { file, place: "archive", text, at };
  }
  const packed = findText(archive, {
    ...{ atMs: ingestedAtMs, maxFileBytes, maxBytes, untilMs: performance.now() + maxMs },
    read: (name, bytes) => {
      const text = unpacked(name, bytes);
      return text.includes(needle) ? text : undefined;
    },
  });
  if (!("isCut" in packed)) {
    const text = packed.bytes.toString();
    const file = { name: packed.name, bytes: packed.bytes.length };
    const place = `archive/${packFolder}/${packed.pack}`;
    return { file, place, text, at: text.indexOf(needle) };
  }
  return {
    why:
      files.length > maxFiles || read > maxBytes || packed.isCut
        ? "It is not among the files written to archive/ shortly before its ingestion, nor at the beginning of the packs of that day, and there are too many to search them all."
        : "It is no longer in archive/, nor in the packs of the day of its ingestion. It may be deleted.",
  };
}

// --- internal ---

/** What was written after the ingestion comes last. */
function distance({ mtimeMs }: SpoolFile, ingestedAtMs: number): number {
  const before = ingestedAtMs - mtimeMs;
  return Number.isNaN(before) ? 0 : before >= -1_000 ? before : 1e15 - before;
}

/** A file that is broken, or gone meanwhile, has no text. */
function textOf(spoolRoot: string, { name }: SpoolFile, buffer: ReadBuffer): string {
  const read = readFile({ spoolRoot, maxFileBytes, digestSeed: 0n }, name, buffer);
  return read.kind === "read" ? unpacked(name, read.bytes).toString() : "";
}

function unpacked(name: string, bytes: Uint8Array): Buffer {
  if (!name.endsWith(".zst")) return Buffer.from(bytes);
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    if (errnoOf(cause) === undefined) throw cause;
    return Buffer.alloc(0);
  }
}
