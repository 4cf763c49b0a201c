import { isDeepStrictEqual } from "node:util";
import { isObject } from "../../base/is-object.ts";
import { Carried } from "../carried/carried.ts";
import { digestOfText } from "../carried/digest.ts";
import type { Item, ListName } from "../submission.ts";

/** About so many bytes are kept of ids that come again, and as many of the first objects that have them. */
const maxKeptBytes = 16 << 20;

/** Objects of one list that have one id: the later ones are held against the first, in bounded memory. */
export class SameIds {
  readonly #keys = new Set<string>();
  readonly #firsts = new Map<string, Item>();
  #keyBytes = 0;
  #firstBytes = 0;

  /** Whether there are some. */
  get isThere(): boolean {
    return this.#keys.size > 0;
  }

  /** Notes that several objects have a key. */
  note(key: string): void {
    if (this.#keys.has(key)) return;
    this.#keyBytes += 100 + 2 * key.length;
    if (this.#keyBytes <= maxKeptBytes) this.#keys.add(key);
  }

  /** Looks at each object in its turn. True when one before it has its key, and other values. */
  isOther(list: ListName, item: Item): boolean {
    const key = keyOf(list, item);
    if (!this.#keys.has(key)) return false;
    const compared = withDigests(item);
    const first = this.#firsts.get(key);
    if (first) return !isDeepStrictEqual(first, compared) && !areAsText(first, compared);
    this.#firstBytes += 200 + 5 * JSON.stringify(compared).length;
    if (this.#firstBytes <= maxKeptBytes) this.#firsts.set(key, compared);
    return false;
  }
}

/** What tells the objects of a list apart: an issue has versions. */
export function keyOf(list: ListName, { id, version }: Item): string {
  return list === "issues" ? `${id}\n${version}` : id;
}

// --- internal ---

/** Whether two objects are equal of which one may have been carried, and the other not. */
function areAsText(one: Item, other: Item): boolean {
  return isDeepStrictEqual(withDigests(one, true), withDigests(other, true));
}

/** Of what is carried a digest takes the place, or of every list and object. */
function withDigests(item: Item, isEvery = false): Item {
  let changed: Item | undefined;
  for (const name in item) {
    const value = item[name];
    if (!isObject(value) && !Array.isArray(value)) continue;
    const digest =
      name === "environment" ? withDigests(value as Item, isEvery) : digestOf(value, isEvery);
    if (digest === value) continue;
    changed ??= { ...item };
    changed[name] = digest;
  }
  return changed ?? item;
}

function digestOf(value: unknown, isEvery: boolean): unknown {
  if (value instanceof Carried) return Carried.digestOf(value);
  return isEvery ? digestOfText(Buffer.from(JSON.stringify(value))) : value;
}
