import type { FieldType, ObjectType } from "./versions/field.ts";

/** One mistake as it is found, before it is put into words and located in the file. */
export interface FoundMistake {
  path: readonly (string | number)[];
  code: string;
  expected: string;
  /** Where in the text, in UTF-16 units, when the path does not tell. */
  offset?: number | undefined;
  /** What stands there; nothing for a missing field. */
  value?: unknown;
  /** The text to show for what stands there, where the value alone does not tell. */
  got?: string | undefined;
  hint?: string | undefined;
  /** What the value had to be. */
  type?: FieldType | undefined;
  /** The object type that has the field. */
  owner?: ObjectType | undefined;
  /** The name of a field that is not there. */
  missing?: string | undefined;
}

/** Keeps the first mistakes and counts all. */
export class Mistakes {
  readonly #cap: number;
  readonly #first: FoundMistake[] = [];
  #count = 0;

  constructor(cap: number) {
    this.#cap = cap;
  }

  /** Adds a mistake; it is made only when there is room for it. */
  add(make: () => FoundMistake): void {
    this.#count += 1;
    if (this.#first.length < this.#cap) this.#first.push(make());
  }

  /** Adds a mistake that is made already, and gives the collection itself. */
  with(mistake: FoundMistake): this {
    this.add(() => mistake);
    return this;
  }

  /** Counts mistakes that are not kept. */
  addUntold(count: number): void {
    this.#count += count;
  }

  get first(): readonly FoundMistake[] {
    return this.#first;
  }

  get count(): number {
    return this.#count;
  }
}
