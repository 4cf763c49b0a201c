import { type CarriedObjects, readCarried } from "../../submission/carried/read-carried.ts";
import type { ByteSource } from "../../submission/json/byte-source.ts";
import type { Member, Outline, Part } from "../../submission/json/outline.ts";
import { maxDepth } from "../../submission/parse-text.ts";
import type { Document } from "../../submission/upgrade/document.ts";
import type { Version } from "../../submission/versions/field.ts";
import { carriedFields } from "./carried-fields.ts";

/** A piece of the file is no JSON, or no UTF-8: why, and where, is to be found out. */
export class Unreadable extends Error {}

/** A part of a list, read: as many whole objects as its text holds. */
export interface ReadPart {
  readonly part: Part;
  /** As it stands in the file, or without what is carried. */
  readonly text: string;
  readonly items: unknown[];
  /** UTF-16 units of the text as it stands in the file. */
  readonly units: number;
  /** Of a part of which something is carried. */
  readonly carried?: Pick<CarriedObjects, "hasRepeats" | "hasBadTexts" | "attach" | "close">;
}

/**
 * A submission that is too large to be held. Its lists are read part by part; of the rest there is a skeleton.
 * Whatever is read throws `Unreadable`.
 */
export class LargeDocument {
  readonly source: ByteSource;
  readonly outline: Outline;
  /** Where its text begins, behind a byte-order mark. */
  readonly from: number;
  /** Of members of one name the last, in the order that a parser gives them. */
  readonly members: ReadonlyMap<string, Member>;
  /** The names that come again, as often as they do. */
  readonly repeated: readonly string[];
  readonly #carriedBytes: number;
  readonly #longBytes: number | undefined;
  /** Bytes of names and parts less their UTF-16 units, as far as they have been read. */
  #surplus = 0;

  /** In a part that takes more memory than `carriedBytes` what is only stored, or longer than `longBytes`, is carried. */
  constructor(
    source: ByteSource,
    outline: Outline,
    from: number,
    carriedBytes: number,
    longBytes?: number,
  ) {
    this.#carriedBytes = carriedBytes;
    this.#longBytes = longBytes;
    this.source = source;
    this.outline = outline;
    this.from = from;
    const named = outline.isObject
      ? outline.members.map((member) => [this.#nameOf(member), member] as const)
      : [];
    this.members = new Map(Object.entries(Object.fromEntries(named)));
    const seen = new Set<string>();
    this.repeated = named.flatMap(([name]) => (seen.has(name) ? [name] : seen.add(name) && []));
  }

  /** Where its text ends, spaces aside. */
  get end(): number {
    return this.outline.end;
  }

  /** UTF-16 units of the whole text, once each part has been read once. */
  get textLength(): number {
    return this.source.bytes - this.from - this.#surplus;
  }

  /** Those of its fields that a version has, in their order. */
  fieldsOf({ lists }: Version): string[] {
    const names = [...this.members.keys()];
    return names.filter((name) => name === "version" || Object.hasOwn(lists, name));
  }

  /** The values of a list, part by part; what is carried of one is there until the next is asked for, or none. */
  *parts(member: Member): Generator<ReadPart> {
    for (const part of member.parts) {
      const carried = this.carried(part);
      const read = carried
        ? { part, units: carried.units, ...carried.read(), carried }
        : this.#parsed(part);
      if (read.items.length !== part.count) throw new Unreadable();
      try {
        yield read;
      } finally {
        carried?.close();
        // What a large one leaves behind is not to lie beside what is made of the next, or of this one later.
        if (carried && part.end - part.start > maxLeftBytes) Bun.gc(true);
      }
    }
  }

  /** A part of which all that can be is carried; nothing of one that is to be parsed. */
  carried(part: Part): CarriedObjects | undefined {
    // How deep numbers can be read as they are written, the engine alone knows.
    if (part.memoryBytes < this.#carriedBytes || this.outline.depth > maxDepth) return undefined;
    const read = readCarried(
      this.source.copy(part.start, part.end),
      carriedFields,
      this.#longBytes,
    );
    if (read === "not-json") throw new Unreadable();
    return read === "odd" ? undefined : read;
  }

  #parsed(part: Part): ReadPart {
    const text = this.text(part.start, part.end);
    // One value alone may be large: its text is not copied.
    const items = part.count === 1 ? [parse(text)] : (parse(`[${text}]`) as unknown[]);
    return { part, text, items, units: text.length };
  }

  /** Reads a value that is no list. */
  value(member: Member): { text: string; value: unknown } {
    const [part] = member.parts;
    const text = part ? this.text(part.start, part.end) : "[]";
    return { text, value: parse(text) };
  }

  /** Counts what a part takes in UTF-16 units; to be called once for each. */
  count({ part, units }: Pick<ReadPart, "part" | "units">): void {
    this.#surplus += part.end - part.start - units;
  }

  #nameOf({ keyStart, keyEnd }: Member): string {
    const text = this.text(keyStart, keyEnd);
    this.#surplus += keyEnd - keyStart - text.length;
    return parse(text) as string;
  }

  text(start: number, end: number): string {
    const bytes = this.source.slice(start, end);
    try {
      return decoder.decode(bytes);
    } catch {
      throw new Unreadable();
    }
  }
}

/**
 * A document of a version with some objects of one list. Its other lists are there, too, and empty, so that what an
 * upgrade adds finds its place.
 */
export function documentOf(
  keys: readonly string[],
  { major, minor }: Version,
  list?: string,
  items: unknown[] = [],
): Document {
  return Object.fromEntries(
    keys.map((key) => [key, key === "version" ? { major, minor } : key === list ? items : []]),
  );
}

// --- internal ---

/** What a longer part leaves behind is collected at once. */
const maxLeftBytes = 4 << 20;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Unreadable();
  }
}
