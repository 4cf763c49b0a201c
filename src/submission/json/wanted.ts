/** A way from a value of a document to one within it. */
export type Way = readonly (string | number)[];

/** A place that is looked for, with what was found of it. */
export class Wanted {
  readonly parts = new Map<string | number, Wanted>();
  key = -1;
  value = -1;

  /** Notes where it was found; what was found below counts no more: a field that occurs again replaces the one before. */
  found(key: number, value: number): void {
    this.#forget();
    this.key = key;
    this.value = value;
  }

  #forget(): void {
    if (this.value < 0) return;
    this.value = -1;
    for (const part of this.parts.values()) part.#forget();
  }
}

/** Where something stands in the text: offsets of the field's name and of its value. */
export interface Location {
  key: number;
  value: number;
  /** Whether the very place was found, not one that contains it. */
  exact: boolean;
}

/** The places that ways lead to, from the value that all of them begin at. */
export function wantedAt(ways: readonly Way[]): Wanted {
  const root = new Wanted();
  for (const way of ways) {
    let wanted = root;
    for (const part of way) {
      const next = wanted.parts.get(part) ?? new Wanted();
      wanted.parts.set(part, next);
      wanted = next;
    }
  }
  return root;
}

/** What was found at the end of a way, or nearest to it. */
export function locationAt(root: Wanted, way: Way): Location {
  let found = root;
  let depth = 0;
  for (const part of way) {
    const next = found.parts.get(part);
    if (!next || next.value < 0) break;
    found = next;
    depth += 1;
  }
  return { key: found.key, value: found.value, exact: depth === way.length };
}
