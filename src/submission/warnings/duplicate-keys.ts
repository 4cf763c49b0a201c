import { isRawJson } from "../../base/raw-json.ts";
import { scan, type Visitor } from "../json/scan.ts";
import type { Mistakes } from "../mistakes.ts";
import { maxDepth } from "../parse-text.ts";
import type { Document, Path } from "../upgrade/document.ts";

/**
 * Says whether an object of a text may have two fields of one name. The names in the text are counted
 * against those in the document, which is much faster than to look at each; it errs to the side of yes,
 * but for names that end with a quote or a backslash.
 */
export function mayHaveDuplicates(text: string, document: Document): boolean {
  const { version, ...lists } = document;
  // The upgraded document has a minor number whether the file has it or not.
  const ofVersion = 2 + Number(hasMinor(text));
  let keys = ofVersion + countKeys(lists);
  for (let place = text.indexOf('":'); place >= 0; place = text.indexOf('":', place + 2)) {
    // An escaped quote stands within a text.
    if (text.charCodeAt(place - 1) !== 0x5c) keys -= 1;
  }
  return keys !== 0;
}

/** Finds each field that another one of its name comes before. */
export function findDuplicates(text: string, mistakes: Mistakes): void {
  scan(text, maxDepth, new Finder(text, mistakes));
}

// --- internal ---

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
  readonly #mistakes: Mistakes;
  /** Of each open bracket: the names of an object so far, nothing of a list. */
  readonly #names: (Set<string> | undefined)[] = [];
  readonly #path: (string | number)[] = [];

  constructor(text: string, mistakes: Mistakes) {
    this.#text = text;
    this.#mistakes = mistakes;
  }

  key(start: number, end: number): void {
    const quoted = this.#text.slice(start, end);
    const name: string = quoted.includes("\\") ? JSON.parse(quoted) : quoted.slice(1, -1);
    this.#path[this.#path.length - 1] = name;
    const names = this.#names.at(-1);
    if (names?.has(name)) this.#mistakes.add(duplicate(this.#path));
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

function duplicate(path: Path) {
  return {
    path,
    code: "duplicate-key",
    expected: "one field of that name",
    got: "another one of the same object",
    hint: "of fields of one name the last counts: take the others out",
  };
}
