import type { TextAround } from "../../submission/hints/fix.ts";
import type { ByteSource } from "../../submission/json/byte-source.ts";
import { linesAndColumnsIn } from "../../submission/json/line-column.ts";
import { locateBytes } from "../../submission/json/locate-bytes.ts";
import type { Part } from "../../submission/json/outline.ts";
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
    const found = locateAll(
      document,
      mistakes.map(({ offset, path }) => (offset === undefined ? path : undefined)),
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

/** A place to be found: the part that it is in, if any, the way to it from there, and what is nearest around it. */
interface Wanted {
  readonly around: Found;
  readonly part?: Part | undefined;
  readonly rest: FoundMistake["path"];
  readonly isItem: boolean;
}

/** Finds places, or the nearest one around each. A part is read once, however many of them it has. */
function locateAll(
  document: LargeDocument,
  paths: readonly (FoundMistake["path"] | undefined)[],
): (Found | undefined)[] {
  const wanted = paths.map((path) => path && wantedOf(document, path));
  const found = wanted.map((one) => one?.around);
  const byPart = Map.groupBy(wanted.keys(), (number) => wanted[number]?.part);
  for (const [part, numbers] of byPart) {
    if (!part) continue;
    const ones = numbers.flatMap((number) => wanted[number] ?? []);
    const isItem = ones[0]?.isItem ?? false;
    const places = locateInPart(
      document.source,
      part,
      ones.map(({ rest }) => rest),
      isItem,
    );
    for (const [at, place] of places.entries()) if (place) found[numbers[at] as number] = place;
  }
  return found;
}

function wantedOf(
  { outline, from, source, members }: LargeDocument,
  [name, place, ...rest]: FoundMistake["path"],
): Wanted {
  const member = name === undefined ? undefined : members.get(String(name));
  if (!member) {
    const root = outline.isObject ? rootOf(source, from) : (outline.members[0]?.start ?? from);
    const around = { key: root, value: root, isExact: name === undefined };
    return { around, rest: [], isItem: false };
  }
  const { isList, parts } = member;
  const around = { key: member.keyStart, value: member.start, isExact: place === undefined };
  if (place === undefined) return { around, rest: [], isItem: false };
  if (!isList) return { around, part: parts[0], rest: [place, ...rest], isItem: false };
  const part =
    typeof place === "number"
      ? parts.find(({ first, count }) => place >= first && place < first + count)
      : undefined;
  const within = part ? [Number(place) - part.first, ...rest] : [];
  return { around, part, rest: within, isItem: true };
}

/** Finds places in a part; nothing for one of which it has not even the first step. */
function locateInPart(
  source: ByteSource,
  { start, end }: Part,
  paths: FoundMistake["path"][],
  isList: boolean,
): (Found | undefined)[] {
  const locations = locateBytes(source.slice(start, end), paths, isList);
  return locations.map(
    (one) => one && { key: start + one.key, value: start + one.value, isExact: one.exact },
  );
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
