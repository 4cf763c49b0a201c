import type { Edit, Fix } from "./hints/fix.ts";
import { keptValue } from "./kept-value.ts";
import type { Path } from "./upgrade/document.ts";
import type { FieldType, ObjectType } from "./versions/field.ts";

/** One mistake as it is found, before it is put into words and located in the file. */
export interface FoundMistake {
  path: Path;
  code: string;
  expected: string;
  /** Where in the text, in UTF-16 units, when the path does not tell. */
  offset?: number | undefined;
  /** What stands there; nothing for a missing field. */
  value?: unknown;
  /** The text to show for what stands there, where the value alone does not tell. */
  got?: string | undefined;
  hint?: string | undefined;
  /** What the hint says, as a change of the document, or of a text that is no document. */
  fix?: Fix | undefined;
  edit?: Edit | undefined;
  /** What the value had to be. */
  type?: FieldType | undefined;
  /** The object type that has the field. */
  owner?: ObjectType | undefined;
  /** The object with the field, as far as it is one. */
  item?: unknown;
  /** The name of a field that is not there. */
  missing?: string | undefined;
}

/** One mistake that is made at many places: the first of it, and how often there is such a one. */
export interface MistakeGroup {
  readonly first: FoundMistake;
  times: number;
  /** The first places, the very first among them. */
  readonly places: Path[];
}

/** Takes mistakes; the path of one may be changed afterwards. */
export type MistakeSink = Pick<Mistakes, "add">;

/** How many places of one mistake are told. */
const maxPlaces = 3;
/** Kinds that are kept at least, so that the first in the file are among them. */
const minKinds = 50;
/** Kinds that are compared with each mistake before it is looked up by its name. */
const maxRecent = 8;
/** How many mistakes of further kinds are looked at once there is no room; a hostile file has more. */
const maxMisses = 100_000;
/** How many parts of a deep path tell its kind, at its beginning and at its end. */
const partsAtBeginning = 8;
const partsAtEnd = 4;

/**
 * Counts all mistakes and keeps the first of each kind: the same rule at the same place of its object,
 * broken in the same way. Bounded in memory, and in time for each mistake.
 */
export class Mistakes {
  /** How many kinds are told. */
  readonly cap: number;
  readonly #byKind = new Map<string, MistakeGroup>();
  #recent: (MistakeGroup & { shape: string })[] = [];
  #count = 0;
  #misses = 0;

  constructor(cap: number) {
    this.cap = cap;
  }

  /**
   * Adds a mistake; its path may be changed afterwards. `place` turns the path of one that is told into
   * another of the same kind: numbers may differ, and nothing else.
   */
  add(mistake: FoundMistake, place: (path: Path) => Path = samePath): void {
    this.#count += 1;
    const shape = shapeOf(mistake);
    for (const near of this.#recent) {
      if (near.shape !== shape || !isAlike(near.first, mistake)) continue;
      count(near, mistake.path, place);
      return;
    }
    if (this.#misses > maxMisses) return;
    const kind = nameOf(mistake, shape);
    const found = this.#byKind.get(kind);
    if (found) {
      count(found, mistake.path, place);
      return;
    }
    if (this.#byKind.size >= Math.max(this.cap, minKinds)) {
      this.#misses += 1;
      return;
    }
    const path = [...place(mistake.path)];
    const value = keptValue(mistake.value, path);
    const group = { first: { ...mistake, path, value }, times: 1, places: [path], shape };
    this.#byKind.set(kind, group);
    this.#recent = [group, ...this.#recent.slice(0, maxRecent - 1)];
  }

  /** Adds a mistake, and gives the collection itself. */
  with(mistake: FoundMistake): this {
    this.add(mistake);
    return this;
  }

  /** Adds mistakes of one kind that were found elsewhere. */
  addGroup({ first, times, places }: MistakeGroup): void {
    const before = this.#count;
    for (const path of places) this.add({ ...first, path });
    const found = this.#byKind.get(nameOf(first, shapeOf(first)));
    const rest = times - (this.#count - before);
    if (found) found.times += rest;
    this.#count += rest;
  }

  /** Counts mistakes that are not kept. */
  addUntold(count: number): void {
    this.#count += count;
  }

  /** One of each kind, in the order in which they were found. */
  get groups(): readonly MistakeGroup[] {
    return [...this.#byKind.values()];
  }

  get count(): number {
    return this.#count;
  }
}

// --- internal ---

function samePath(path: Path): Path {
  return path;
}

function count(group: MistakeGroup, path: Path, place: (path: Path) => Path): void {
  group.times += 1;
  if (group.places.length < maxPlaces) group.places.push([...place(path)]);
}

/** Says whether two mistakes break one rule at one place of their objects, wherever in the lists those are. */
function isAlike(one: FoundMistake, other: FoundMistake): boolean {
  const length = one.path.length;
  if (
    one.code !== other.code ||
    other.path.length !== length ||
    one.type !== other.type ||
    one.owner !== other.owner ||
    one.missing !== other.missing ||
    one.expected !== other.expected
  ) {
    return false;
  }
  for (let place = 0; place < length; place++) {
    if (place === partsAtBeginning && length > partsAtBeginning + partsAtEnd) {
      place = length - partsAtEnd;
    }
    const part = one.path[place];
    if (
      part !== other.path[place] &&
      !(typeof part === "number" && typeof other.path[place] === "number")
    ) {
      return false;
    }
  }
  return true;
}

function nameOf({ code, expected, missing, path }: FoundMistake, shape: string): string {
  return `${code}\n${expected}\n${missing}\n${shape}\n${kindOf(path)}`;
}

function kindOf(path: Path): string {
  const parts =
    path.length > partsAtBeginning + partsAtEnd
      ? [...path.slice(0, partsAtBeginning), path.length, ...path.slice(-partsAtEnd)]
      : path;
  return parts.map((part) => (typeof part === "number" ? "*" : `.${part.slice(0, 64)}`)).join("");
}

/** In what way a value is wrong, so far as it makes another hint of it. */
function shapeOf({ value, type }: FoundMistake): string {
  if (value === null) return "null";
  if (typeof value === "boolean") return String(value);
  if (typeof value !== "string" || type?.kind !== "string") return typeof value;
  const head = value.slice(0, 40);
  if (type.values) return head;
  if (type.format === "date-time") return head.replace(/\d+/g, "0").replace(/[A-Za-z]+/g, "a");
  if (type.format === "uri") return head.slice(0, 4);
  return head.includes(":") ? ":" : head && "text";
}
