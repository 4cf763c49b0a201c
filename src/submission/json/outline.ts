/** Whole values of a list that lie together, or the one value of a field. */
export interface Part {
  /** Bytes from the first of its values to the last. */
  readonly start: number;
  readonly end: number;
  /** Where the last of its values begins, spaces aside. */
  readonly last: number;
  /** The place in the list of its first value, and how many there are. */
  readonly first: number;
  readonly count: number;
  /**
   * Whether an object inside one of its objects may have a number that is not written as a double is: a fraction, an
   * exponent, a sign, or more than 15 digits.
   */
  readonly hasOddNumbers: boolean;
  /** About how much memory its objects take. */
  readonly memoryBytes: number;
}

/** A value of the outermost level, with its name where that is an object. */
export interface Member {
  /** The bytes of its name, with the quotes; of a document that is no object those of the value. */
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly start: number;
  readonly isList: boolean;
  /** How many values a list has; 1 for another value. */
  readonly count: number;
  readonly parts: readonly Part[];
}

/** Where everything of a JSON text is, down to the values of the outermost lists. */
export interface Outline {
  readonly isObject: boolean;
  /** All of them in order, those of equal names too. */
  readonly members: readonly Member[];
  /** There are more members than are told: `maxMembers`. */
  readonly isCrowded: boolean;
  /** Levels of nesting. */
  readonly depth: number;
  /** The byte behind the last one that is no space. */
  readonly end: number;
}

/** An object may have this many fields at the outermost level: a submission has six. */
export const maxMembers = 100_000;
