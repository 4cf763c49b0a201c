import { isRawJson } from "../../base/raw-json.ts";
import { scan, type Visitor } from "../json/scan.ts";
import type { FoundMistake, MistakeSink } from "../mistakes.ts";
import { maxDepth } from "../parse-text.ts";
import type { Document, Path } from "../upgrade/document.ts";

/** In a text up to this long equal names are looked for by the way. */
export const quickCharacters = 1 << 18;

/** Says whether an object of a submission's text may have two fields of one name, as `mayRepeatKeys` does. */
export function mayHaveDuplicates(text: string, document: Document): boolean {
  const { version, ...lists } = document;
  // The upgraded document has a minor number whether the file has it or not.
  const ofVersion = 2 + Number(hasMinor(text));
  return mayRepeatKeys(text, lists, ofVersion);
}

/**
 * Says whether an object of a text may have two fields of one name. The names in the text are counted against those
 * in what was parsed of it, and `others`, which is much faster than to look at each; it errs to the side of yes, but
 * for names that end with a quote or a backslash.
 */
export function mayRepeatKeys(text: string, parsed: unknown, others = 0): boolean {
  if (spacedColon.test(text)) return true;
  let keys = others + countKeys(parsed);
  for (let place = text.indexOf('":'); place >= 0; place = text.indexOf('":', place + 2)) {
    // An escaped quote stands within a text.
    if (text.charCodeAt(place - 1) !== 0x5c) keys -= 1;
  }
  return keys !== 0;
}

/** Finds each field that another one of its name comes before; `place` gives its place in the whole document. */
export function findDuplicates(
  text: string,
  mistakes: MistakeSink,
  place: (path: Path) => Path = (path) => path,
): void {
  scan(text, maxDepth, new Finder(text, (path) => mistakes.add(duplicateAt(place(path)))));
}

/** The field at a path has the name of one before it. */
export function duplicateAt(path: Path): FoundMistake {
  return {
    path,
    code: "duplicate-key",
    expected: "one field of that name",
    got: "another one of the same object",
    hint: "of fields of one name the last counts: take the others out",
  };
}

// --- internal ---

/** A name that is not counted. */
const spacedColon = /"[ \t\n\r]+:/;

/** The version stands first or last, mostly; elsewhere it is looked for in all the text. */
function hasMinor(text: string): boolean {
  const ends = text.slice(0, 200) + text.slice(-200);
  return ends.includes('"minor"') || text.includes('"minor"');
}

function countKeys(value: unknown): number {
  if (typeof value !== "object" || value === null || isRawJson(value)) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const part of value) if (typeof part === "object") count += countKeys(part);
    return count;
  }
  for (const key in value) {
    const part = (value as Document)[key];
    count += 1;
    if (typeof part === "object") count += countKeys(part);
  }
  return count;
}

/** Follows a scan with the names that each open object has had. */
class Finder implements Visitor {
  readonly #text: string;
  readonly #tell: (path: Path) => void;
  /** Of each open bracket: the names of an object so far, nothing of a list. */
  readonly #names: (Set<string> | undefined)[] = [];
  readonly #path: (string | number)[] = [];

  constructor(text: string, tell: (path: Path) => void) {
    this.#text = text;
    this.#tell = tell;
  }

  key(start: number, end: number): void {
    const quoted = this.#text.slice(start, end);
    const name: string = quoted.includes("\\") ? JSON.parse(quoted) : quoted.slice(1, -1);
    this.#path[this.#path.length - 1] = name;
    const names = this.#names.at(-1);
    if (names?.has(name)) this.#tell(this.#path);
    names?.add(name);
  }

  value(start: number, open: boolean): void {
    const place = this.#path.at(-1);
    if (typeof place === "number") this.#path[this.#path.length - 1] = place + 1;
    if (!open) return;
    const isList = this.#text[start] === "[";
    this.#names.push(isList ? undefined : new Set());
    this.#path.push(isList ? -1 : "");
  }

  close(): void {
    this.#names.pop();
    this.#path.pop();
  }
}
