import { type FoundMistake, Mistakes } from "../../submission/mistakes.ts";

/** The place of a mistake in the whole document, and whether an upgrade has added the object that it is in. */
export interface Placed {
  path: FoundMistake["path"];
  isAdded: boolean;
}

/** The mistakes of a document that is looked at part by part: the first of each list are kept, all are counted. */
export class ListMistakes {
  readonly #cap: number;
  readonly #byList = new Map<string, FoundMistake[]>();
  #count = 0;

  constructor(cap: number) {
    this.#cap = cap;
  }

  get count(): number {
    return this.#count;
  }

  /** Adds what was found in a part; `place` gives each its place in the document. */
  add(found: Mistakes, place: (path: FoundMistake["path"]) => Placed): void {
    this.#count += found.count;
    for (const mistake of found.first) {
      const { path, isAdded } = place(mistake.path);
      const key = keyOf(String(path[0]), isAdded);
      const list = this.#byList.get(key) ?? [];
      this.#byList.set(key, list);
      if (list.length < this.#cap) list.push({ ...mistake, path });
    }
  }

  /** All of them, lists in this order; what an upgrade has added comes behind what was there. */
  merged(lists: readonly string[]): Mistakes {
    const merged = new Mistakes(this.#cap);
    let told = 0;
    for (const list of lists) {
      for (const mistake of this.of(list)) {
        merged.with(mistake);
        told += 1;
      }
    }
    merged.addUntold(this.#count - told);
    return merged;
  }

  /** The first mistakes of one list. */
  of(list: string): FoundMistake[] {
    return [false, true].flatMap((isAdded) => this.#byList.get(keyOf(list, isAdded)) ?? []);
  }
}

// --- internal ---

function keyOf(list: string, isAdded: boolean): string {
  return isAdded ? `${list}+` : list;
}
