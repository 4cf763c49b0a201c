import type { TextAround } from "../../submission/hints/fix.ts";
import { type ByteSource, textAt } from "../../submission/json/byte-source.ts";
import { linesAndColumnsIn } from "../../submission/json/line-column.ts";
import { locate } from "../../submission/json/locate.ts";
import type { Member } from "../../submission/json/outline.ts";
import { scanSource } from "../../submission/json/scan-source.ts";
import type { FoundMistake } from "../../submission/mistakes.ts";
import { maxDepth } from "../../submission/parse-text.ts";
import {
  lookedAt,
  mistakeOf,
  namedByKey,
  numberAt,
  type PlaceFinder,
  type PlaceOfMistake,
} from "../../submission/places.ts";
import type { LargeDocument } from "./document.ts";

/** Longest number that is shown, and more. */
const numberBytes = 100;

/** Where something stands in a file, in bytes. */
interface Found {
  key: number;
  value: number;
  isExact: boolean;
}

/** Finds mistakes in a large document. */
export function placesInDocument(document: LargeDocument): PlaceFinder {
  const { source, from, outline } = document;
  return (mistakes) => {
    const isKnown = mistakes.every((mistake) => mistake.offset !== undefined);
    const tooDeep = !isKnown && outline.depth > maxDepth && tooDeepIn(source, from);
    if (tooDeep) return { tooDeep };
    const found = mistakes.map((mistake) =>
      mistake.offset === undefined ? locateIn(document, mistake.path) : undefined,
    );
    const offsets = mistakes.map((mistake, number) => {
      const one = found[number];
      return mistake.offset ?? (namedByKey.includes(mistake.code) ? one?.key : one?.value) ?? from;
    });
    const lines = linesAndColumnsIn(source, from, offsets);
    const places = mistakes.map((_, number): PlaceOfMistake => {
      const { line = 1, column = 1 } = lines[number] ?? {};
      const one = found[number];
      const isExact = one?.isExact ?? false;
      return {
        line,
        column,
        isExact,
        offset: offsets[number] ?? from,
        stands: one && isExact ? (value) => standsAt(source, one.value, value) : undefined,
        number: one && isExact ? numberIn(source, one.value) : undefined,
      };
    });
    return { places };
  };
}

/** Finds mistakes whose byte offset is known. */
export function placesInSource(source: ByteSource, from: number): PlaceFinder {
  return (mistakes) => {
    const offsets = mistakes.map(({ offset = from }) => offset);
    const lines = linesAndColumnsIn(source, from, offsets);
    const places = lines.map((line, at) => ({
      ...line,
      offset: offsets[at] ?? from,
      isExact: false,
    }));
    return { places };
  };
}

/** The first nesting that is too deep. */
export function tooDeepIn(source: ByteSource, from: number): FoundMistake | undefined {
  const problem = scanSource(source, from, maxDepth);
  return (
    problem &&
    mistakeOf(
      problem,
      characterAt(source, problem.offset),
      textAround(source, problem.offset, from),
    )
  );
}

/** The character that begins at a byte; none at the end. */
export function characterAt(source: ByteSource, offset: number): number | undefined {
  const bytes = source.slice(offset, Math.min(offset + 4, source.bytes));
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes).codePointAt(0);
}

/** What stands around a byte, as far as it is looked at; what is cut through is left out. */
export function textAround(source: ByteSource, offset: number, from: number): TextAround {
  const start = Math.max(from, offset - 4 * lookedAt);
  const before = decodeLoosely(source.slice(start, offset));
  const rest = decodeLoosely(source.slice(offset, Math.min(offset + 4 * lookedAt, source.bytes)));
  return {
    before: before.slice(-lookedAt),
    rest: rest.slice(0, lookedAt),
    isBeginning: start === from && before.length <= lookedAt,
  };
}

/** UTF-16 units of the text, which is UTF-8, before a byte. */
export function unitsBefore(source: ByteSource, offset: number, from: number): number {
  let units = 0;
  let base = 0;
  for (const piece of source.pieces()) {
    const end = Math.min(piece.length, offset - base);
    for (let i = Math.max(0, from - base); i < end; i++) {
      const code = piece[i] as number;
      if ((code & 0xc0) !== 0x80) units += code >= 0xf0 ? 2 : 1;
    }
    base += piece.length;
    if (base >= offset) break;
  }
  return units;
}

// --- internal ---

/** Whether a text stands there just so. */
function standsAt(source: ByteSource, start: number, value: string): boolean {
  const text = Buffer.from(JSON.stringify(value));
  return text.equals(source.slice(start, Math.min(start + text.length, source.bytes)));
}

function decodeLoosely(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

function numberIn(source: ByteSource, start: number): string | undefined {
  const bytes = source.slice(start, Math.min(start + numberBytes, source.bytes));
  return numberAt(Buffer.from(bytes).toString("latin1"));
}

/** Finds a place, or the nearest one around it. */
function locateIn(document: LargeDocument, [name, place, ...rest]: FoundMistake["path"]): Found {
  const { outline, from, source } = document;
  const member = name === undefined ? undefined : document.members.get(String(name));
  if (!member) {
    const root = outline.isObject ? rootOf(source, from) : (outline.members[0]?.start ?? from);
    return { key: root, value: root, isExact: name === undefined };
  }
  const whole = { key: member.keyStart, value: member.start };
  if (place === undefined) return { ...whole, isExact: true };
  return (
    (member.isList
      ? locateItem(document, member, place, rest)
      : locateInText(source, member.parts[0], [place, ...rest], "", "")) ?? {
      ...whole,
      isExact: false,
    }
  );
}

function locateItem(
  { source }: LargeDocument,
  { parts }: Member,
  place: string | number,
  rest: FoundMistake["path"],
): Found | undefined {
  if (typeof place !== "number") return undefined;
  const part = parts.find(({ first, count }) => place >= first && place < first + count);
  return part && locateInText(source, part, [place - part.first, ...rest], "[", "]");
}

/** Finds a place in the text of a part, put between brackets; nothing when it has not even the first step to it. */
function locateInText(
  source: ByteSource,
  part: { start: number; end: number } | undefined,
  path: FoundMistake["path"],
  open: string,
  close: string,
): Found | undefined {
  if (!part) return undefined;
  const text = textAt(source, part.start, part.end);
  const { locations } = locate(`${open}${text}${close}`, [path], Infinity);
  const [location] = locations;
  if (!location || location.value < open.length || location.value === 0) return undefined;
  const toByte = (offset: number) =>
    part.start + Buffer.byteLength(text.slice(0, offset - open.length));
  return {
    key: toByte(location.key),
    value: toByte(location.value),
    isExact: location.exact,
  };
}

/** Where the outermost value begins: behind spaces. */
function rootOf(source: ByteSource, from: number): number {
  let base = 0;
  for (const piece of source.pieces()) {
    for (let i = Math.max(0, from - base); i < piece.length; i++) {
      if ((piece[i] as number) > 0x20) return base + i;
    }
    base += piece.length;
  }
  return from;
}
