import type { Problem } from "./lex.ts";
import { scan, type Visitor } from "./scan.ts";
import { type Location, locationAt, type Wanted, type Way, wantedAt } from "./wanted.ts";

/**
 * Finds places in a JSON text in one pass; the last of equal names counts. A place that the text
 * does not have gives the nearest one around it. The scan ends at a problem, which is told; in a text
 * without equal names (`isUnique`) it ends with the last place. A text whose depth has no limit is known to be JSON.
 */
export function locate(
  text: string,
  paths: readonly Way[],
  maxDepth: number,
  isUnique = false,
): { locations: Location[]; problem: Problem | undefined } {
  const root = wantedAt(paths);
  const missing = isUnique ? countOf(root) : Infinity;
  const finder = new Finder(text, root, missing, maxDepth === Infinity);
  let problem: Problem | undefined;
  try {
    problem = scan(text, maxDepth, finder);
  } catch (cause) {
    if (cause !== allFound) throw cause;
  }
  return { locations: paths.map((path) => locationAt(root, path)), problem };
}

// --- internal ---

/** Ends a scan from within. */
const allFound = Symbol("all places are found");

function countOf(node: Wanted): number {
  return [...node.parts.values()].reduce((sum, part) => sum + countOf(part), 1);
}

/** Follows a scan along the wanted places. */
class Finder implements Visitor {
  readonly #text: string;
  readonly #root: Wanted;
  /** Places that are still to be found. */
  #missing: number;
  /** The wanted node of each open bracket, if any, and the place within it. */
  readonly #nodes: (Wanted | undefined)[] = [];
  readonly #places: (string | number)[] = [];
  #keyStart = -1;
  readonly #isJson: boolean;

  constructor(text: string, root: Wanted, missing: number, isJson: boolean) {
    this.#text = text;
    this.#root = root;
    this.#missing = missing;
    this.#isJson = isJson;
  }

  key(start: number, end: number): void {
    this.#keyStart = start;
    if (!this.#nodes.at(-1)) return;
    const name = this.#text.slice(start + 1, end - 1);
    // One without escapes is what it says, and need not be read.
    const isPlain = !name.includes("\\");
    this.#places[this.#places.length - 1] = isPlain ? name : JSON.parse(`"${name}"`);
  }

  value(start: number, open: boolean): void {
    const node = this.#enter(start);
    if (!open) return;
    this.#nodes.push(node);
    this.#places.push(this.#text[start] === "[" ? -1 : "");
  }

  skips(): boolean {
    const node = this.#nodes.at(-1);
    return this.#isJson && (node?.parts.size ?? 0) === 0;
  }

  close(): void {
    this.#nodes.pop();
    this.#places.pop();
  }

  #enter(start: number): Wanted | undefined {
    const depth = this.#nodes.length - 1;
    const parent = this.#nodes[depth];
    const isRoot = depth < 0;
    if (!isRoot && !parent) return undefined;
    const place = this.#places[depth];
    const inList = typeof place === "number";
    if (inList) this.#places[depth] = place + 1;
    const node = isRoot ? this.#root : parent?.parts.get(this.#places[depth] ?? "");
    if (!node) return undefined;
    node.found(isRoot || inList ? start : this.#keyStart, start);
    this.#missing -= 1;
    if (this.#missing === 0) throw allFound;
    return node;
  }
}
