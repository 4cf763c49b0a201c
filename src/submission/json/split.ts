import {
  byteKinds,
  closeBrace,
  closeBracket,
  comma,
  endOfText,
  isSpace,
  openBrace,
  openBracket,
  quote,
} from "./bytes.ts";
import { type Member, maxMembers, type Outline, type Part } from "./outline.ts";
import { PartContent } from "./part-content.ts";

enum At {
  Start,
  FirstKey,
  Key,
  Colon,
  Value,
  FirstOfList,
  List,
  Nested,
  Text,
  Scalar,
  Comma,
  End,
}

const colon = 0x3a;
/** Levels from a list to what is inside of its objects. */
const innerDepth = 3;

/**
 * Finds the values of a JSON text, given in pieces, without reading them: what is between them is checked, what
 * is in them is left to a parser. A text whose values all parse is JSON.
 */
export class Splitter {
  readonly #limits: { readonly from: number; readonly partBytes: number };
  readonly #found = { isObject: false, isCrowded: false, members: [] as Member[], end: 0 };
  #at = At.Start;
  /** The byte that comes next. */
  #place = 0;
  #depth = 0;
  #maxDepth = 0;
  /** Of a text in a value or a name: 1 within, 2 behind a backslash. */
  #inText = 0;
  #member = { keyStart: 0, keyEnd: 0, start: 0, isList: false };
  #part = beginPart(0);

  /** The text begins at byte `from`; a part of a list ends with the value that makes it `partBytes` long. */
  constructor(from: number, partBytes: number) {
    this.#limits = { from, partBytes };
  }

  /** Takes the next bytes. False when they cannot be JSON. */
  feed(piece: Uint8Array): boolean {
    const base = this.#place;
    let i = 0;
    while (i < piece.length) {
      i = this.#inText === 0 ? this.#step(piece, i, base) : this.#text(piece, i, base);
      if (i < 0) return false;
    }
    this.#place = base + piece.length;
    return true;
  }

  /** What there is; undefined when the text ends too early. */
  end(): Outline | undefined {
    if (this.#at === At.Scalar && !this.#found.isObject) this.#endValue(this.#place);
    if (this.#at !== At.End || this.#inText !== 0) return undefined;
    return { ...this.#found, depth: this.#maxDepth };
  }

  /** Goes on from a place outside of texts; returns how far, or -1. */
  #step(piece: Uint8Array, i: number, base: number): number {
    const at = this.#at;
    if (at === At.List || at === At.Nested) return this.#nested(piece, i, base);
    const code = piece[i] as number;
    if (at === At.Scalar) {
      if (!isSpace(code) && code !== comma && code !== closeBrace) return i + 1;
      this.#endValue(base + i);
      return i;
    }
    if (isSpace(code)) return i + 1;
    switch (at) {
      case At.Start:
        if (base + i < this.#limits.from) return i + 1;
        if (code !== openBrace) return this.#begin(code, base + i) ? i + 1 : -1;
        this.#found.isObject = true;
        this.#maxDepth = 1;
        this.#at = At.FirstKey;
        return i + 1;
      case At.FirstKey:
      case At.Key:
        if (code === closeBrace && at === At.FirstKey) {
          this.#at = At.End;
          this.#found.end = base + i + 1;
        } else if (code === quote) {
          this.#member.keyStart = base + i;
          this.#at = At.Key;
          this.#inText = 1;
        } else return -1;
        return i + 1;
      case At.Colon:
        if (code !== 0x3a) return -1;
        this.#at = At.Value;
        return i + 1;
      case At.Value:
        return this.#begin(code, base + i) ? i + 1 : -1;
      case At.FirstOfList:
        if (code === closeBracket) {
          this.#depth = 0;
          this.#endValue(base + i, 0);
          return i + 1;
        }
        this.#part = beginPart(base + i);
        this.#at = At.List;
        return i;
      case At.Comma:
        if (code !== comma && code !== closeBrace) return -1;
        this.#at = code === comma ? At.Key : At.End;
        this.#found.end = base + i + 1;
        return i + 1;
      default:
        return -1;
    }
  }

  /** A value of the outermost level begins. */
  #begin(code: number, start: number): boolean {
    const isList = code === openBracket;
    if (!this.#found.isObject) this.#member = { keyStart: start, keyEnd: start, start, isList };
    else this.#member = { ...this.#member, start, isList };
    this.#part = beginPart(start);
    if (byteKinds[code] === 1) {
      this.#open();
      this.#at = isList ? At.FirstOfList : At.Nested;
    } else if (code === quote) {
      this.#inText = 1;
      this.#at = At.Text;
    } else this.#at = At.Scalar;
    return byteKinds[code] !== 2 && byteKinds[code] !== 3;
  }

  #open(): void {
    this.#depth += 1;
    this.#maxDepth = Math.max(this.#maxDepth, this.#depth + (this.#found.isObject ? 1 : 0));
  }

  /** Most bytes are met here: inside a list or an object, outside of its texts. */
  #nested(piece: Uint8Array, from: number, base: number): number {
    const isList = this.#at === At.List;
    const levelsAround = this.#found.isObject ? 1 : 0;
    let depth = this.#depth;
    let max = this.#maxDepth - levelsAround;
    const { content } = this.#part;
    let texts = 0;
    let i = from;
    while (i < piece.length) {
      const kind = byteKinds[piece[i++] as number] as number;
      if (kind === 0) continue;
      if (kind > 4) {
        i = content.number(piece, i, kind, depth >= innerDepth && isList);
        continue;
      }
      if (kind === 4) {
        texts++;
        i = endOfText(piece, i);
        if (piece[i] === colon) content.names++;
        if (i > 0) continue;
        this.#inText = -i;
        i = piece.length;
        break;
      }
      if (kind === 1) {
        content.containers++;
        if (++depth > max) max = depth;
      } else if (kind === 2) {
        if (--depth > 0) continue;
        if (isList && piece[i - 1] !== closeBracket) return -1;
        this.#depth = 0;
        this.#maxDepth = max + levelsAround;
        content.texts += texts;
        this.#endValue(base + (isList ? i - 1 : i), this.#part.first + this.#part.count);
        return i;
      } else if (depth === 1 && isList) {
        content.texts += texts;
        texts = 0;
        this.#endOfItem(base + i - 1);
      }
    }
    content.texts += texts;
    this.#depth = depth;
    this.#maxDepth = max + levelsAround;
    return i;
  }

  #endOfItem(end: number): void {
    const { start, last, first, count, content, parts } = this.#part;
    if (end - start < this.#limits.partBytes) {
      this.#part.count += 1;
      this.#part.last = end + 1;
      return;
    }
    parts.push({ start, end, last, first, count, ...content.factsOf(end - start, count) });
    content.reset();
    const next = end + 1;
    this.#part = { ...this.#part, start: next, last: next, first: first + count, count: 1 };
  }

  #endValue(end: number, count = 1): void {
    const { parts, content, ...part } = this.#part;
    if (count > 0) parts.push({ ...part, end, ...content.factsOf(end - part.start, count) });
    if (this.#found.members.length < maxMembers) {
      this.#found.members.push({ ...this.#member, count, parts });
    } else this.#found.isCrowded = true;
    this.#at = this.#found.isObject ? At.Comma : At.End;
  }

  /** Goes on within a text. */
  #text(piece: Uint8Array, from: number, base: number): number {
    // What is behind a backslash ends nothing.
    const end = endOfText(piece, this.#inText === 2 ? from + 1 : from);
    if (end <= 0) {
      this.#inText = -end;
      return piece.length;
    }
    this.#inText = 0;
    if (this.#at === At.Key) {
      this.#member.keyEnd = base + end;
      this.#at = At.Colon;
    } else if (this.#at === At.Text) this.#endValue(base + end);
    return end;
  }
}

// --- internal ---

/** A part that is not at its end yet, and those before it. */
function beginPart(start: number) {
  return {
    start,
    last: start,
    first: 0,
    count: 1,
    content: new PartContent(),
    parts: [] as Part[],
  };
}
