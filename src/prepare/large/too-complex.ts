import { mostMemoryBytes, objectBytesOf } from "../../base/memory-budget.ts";
import { markBytes } from "../../submission/decode.ts";
import { type ByteSource, bytesAsSource } from "../../submission/json/byte-source.ts";
import { isSpace } from "../../submission/json/bytes.ts";
import { maxMembers, type Outline, type Part } from "../../submission/json/outline.ts";
import { memoryPerByte } from "../../submission/json/part-content.ts";
import { Splitter } from "../../submission/json/split.ts";
import type { FoundMistake } from "../../submission/mistakes.ts";
import type { LargeDocument } from "./document.ts";

/** Objects are small: a few hundred at once cost less than one after the other. */
export const usualPartBytes = 256 << 10;
/** Memory that one object may take where nothing else is said. */
export const usualObjectBytes = objectBytesOf(mostMemoryBytes);

/** Objects that would take more memory have their `misc` carried as text. */
export const usualCarriedBytes = 8 << 20;

/** Even of the dearest things a smaller file takes little. */
const smallBytes = 512 << 10;
/** A small file that would take more memory is read part by part, too. */
const heldBytes = 128 << 20;
const fieldBytes = 400;
const megabyte = 1 << 20;
/** So far a place behind spaces is looked for. */
const lookBytes = 4_096;

/** Whether a file is small, but not what it becomes in memory; also when it is not JSON. */
export function swells(bytes: Uint8Array): boolean {
  if (bytes.length <= smallBytes) return false;
  const splitter = new Splitter(markBytes(bytesAsSource(bytes)), usualPartBytes);
  const outline = splitter.feed(bytes) ? splitter.end() : undefined;
  if (!outline) return true;
  let memoryBytes = 0;
  for (const { parts } of outline.members) {
    memoryBytes += fieldBytes;
    for (const part of parts) {
      if (part.memoryBytes > usualCarriedBytes) return true;
      memoryBytes += part.memoryBytes;
    }
  }
  return memoryBytes > heldBytes;
}

/** Whether the outermost level alone takes too much memory: it has too many fields, or one with a very long name. */
export function findCrowd({ isCrowded, members }: Outline): FoundMistake | undefined {
  const long = members.find(({ keyStart, keyEnd }) => keyEnd - keyStart > megabyte);
  if (!isCrowded && !long) return undefined;
  const expected = isCrowded ? `at most ${maxMembers} fields` : "a name of at most 1 MB";
  const got = isCrowded ? "more" : "a longer one";
  return { path: [], code: "too-complex", expected, got, offset: long?.keyStart };
}

/** Finds an object that takes more memory than one may, before it is read. */
export function findTooComplex(
  document: LargeDocument,
  maxObjectBytes: number,
): FoundMistake | undefined {
  const { source, outline, members } = document;
  const named = outline.isObject ? [...members] : outline.members.map((one) => ["", one] as const);
  for (const [name, { isList, parts }] of named) {
    for (const part of parts) {
      const { first, count, last } = part;
      if (part.memoryBytes <= maxObjectBytes) continue;
      const memoryBytes =
        (isList && memoryCarried(document, part, maxObjectBytes)) || part.memoryBytes;
      if (memoryBytes <= maxObjectBytes) continue;
      const place = isList ? [first + count - 1] : [];
      return {
        path: outline.isObject ? [name, ...place] : [],
        code: "too-complex",
        offset: behindSpaces(source, last),
        expected: `an object that needs at most ${Math.floor(maxObjectBytes / megabyte)} MB of memory`,
        got: `one that needs about ${Math.ceil(memoryBytes / megabyte)} MB`,
        hint: "put long lists of numbers into a file that `output_files` names, or send them as one text; with a larger --max-memory the service accepts more",
      };
    }
  }
  return undefined;
}

// --- internal ---

/** How much memory a part takes whose every `misc` is carried; nothing of one that is to be parsed. */
function memoryCarried(
  document: LargeDocument,
  part: Part,
  maxObjectBytes: number,
): number | undefined {
  const ownBytes = memoryPerByte * (part.end - part.start);
  if (ownBytes > maxObjectBytes) return undefined;
  const carried = document.carried(part);
  if (!carried) return undefined;
  const splitter = new Splitter(0, Infinity);
  splitter.feed(Buffer.from("["));
  for (const piece of carried.pieces) splitter.feed(piece);
  splitter.feed(Buffer.from("]"));
  carried.close();
  const parts = splitter.end()?.members.flatMap((member) => member.parts) ?? [];
  return parts.reduce((sum, { memoryBytes }) => sum + memoryBytes, ownBytes);
}

function behindSpaces(source: ByteSource, start: number): number {
  const bytes = source.slice(start, Math.min(start + lookBytes, source.bytes));
  const place = bytes.findIndex((code) => !isSpace(code));
  return start + Math.max(0, place);
}
