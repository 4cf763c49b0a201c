import { type FoundMistake, type MistakeSink, Mistakes } from "../../submission/mistakes.ts";

/** The place of a mistake in the whole document, and whether an upgrade has added the object that it is in. */
export interface Placed {
  path: FoundMistake["path"];
  isAdded: boolean;
}

/** The mistakes of a document that is looked at part by part: those of each list are kept apart. */
export class ListMistakes {
  readonly #cap: number;
  readonly #byList = new Map<string, Mistakes>();
  #count = 0;

  constructor(cap: number) {
    this.#cap = cap;
  }

  get count(): number {
    return this.#count;
  }

  /** Takes what is found in a part; `place` gives each its place in the document, objects of one list in one way. */
  of(place: (path: FoundMistake["path"]) => Placed): MistakeSink {
    const pathOf = (path: FoundMistake["path"]) => place(path).path;
    let name: string | number | undefined;
    let list: Mistakes | undefined;
    return {
      add: (mistake) => {
        const [first, second] = mistake.path;
        // Most are of the list that the one before was of.
        if (!list || first !== name || typeof second !== "number") {
          list = this.#listOf(place(mistake.path));
          name = typeof second === "number" ? first : undefined;
        }
        list.add(mistake, pathOf);
        this.#count += 1;
      },
    };
  }

  /** All of them, lists in this order; what an upgrade has added comes behind what was there. */
  merged(lists: readonly string[]): Mistakes {
    const merged = new Mistakes(this.#cap);
    for (const list of lists) this.addTo(merged, list);
    merged.addUntold(this.#count - merged.count);
    return merged;
  }

  #listOf({ path, isAdded }: Placed): Mistakes {
    const key = keyOf(String(path[0]), isAdded);
    const list = this.#byList.get(key) ?? new Mistakes(this.#cap);
    this.#byList.set(key, list);
    return list;
  }

  /** Adds the mistakes of one list to others. */
  addTo(merged: Mistakes, list: string): void {
    for (const isAdded of [false, true]) {
      const found = this.#byList.get(keyOf(list, isAdded));
      if (!found) continue;
      const before = merged.count;
      for (const group of found.groups) merged.addGroup(group);
      merged.addUntold(found.count - (merged.count - before));
    }
  }
}

// --- internal ---

function keyOf(list: string, isAdded: boolean): string {
  return isAdded ? `${list}+` : list;
}
