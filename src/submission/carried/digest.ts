import { type Walker, walk } from "./walk.ts";

/** Equal for values that are equal, in all likelihood for no others; in objects no order counts. Of compact text. */
export function digestOfText(bytes: Uint8Array): string {
  const digester = new Digester(bytes);
  walk(bytes, digester);
  return digester.digest;
}

// --- internal ---

/** What is open: whether the order of its members counts, what they come to in both sums, and how many there are. */
interface Level {
  readonly isObject: boolean;
  readonly sums: [number, number];
  count: number;
  key: [number, number];
}

class Digester implements Walker {
  readonly #bytes: Uint8Array;
  readonly #levels: Level[] = [{ isObject: false, sums: [0, 0], count: 0, key: [0, 0] }];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get digest(): string {
    return `${this.#bytes.length} ${this.#levels[0]?.sums.join(" ")}`;
  }

  open(isObject: boolean): void {
    this.#levels.push({ isObject, sums: [0, 0], count: 0, key: [0, 0] });
  }

  close(): void {
    const { isObject, sums, count } = this.#levels.pop() as Level;
    const kind = isObject ? 2 * count + 1 : 2 * count;
    this.#add(mix(sums[0], kind), mix(sums[1], kind));
  }

  key(start: number, end: number): void {
    const level = this.#levels[this.#levels.length - 1] as Level;
    const [one, other] = this.#hashes(start, end);
    level.key = [one, other];
  }

  text(start: number, end: number): void {
    this.#add(...this.#hashes(start, end));
  }

  number(start: number, end: number): void {
    this.#add(...this.#hashes(start, end));
  }

  word(start: number, end: number): void {
    this.#add(...this.#hashes(start, end));
  }

  #hashes(start: number, end: number): [number, number] {
    const piece = this.#bytes.subarray(start, end);
    return [Bun.hash.xxHash32(piece, 1), Bun.hash.xxHash32(piece, 2)];
  }

  #add(one: number, other: number): void {
    const level = this.#levels[this.#levels.length - 1] as Level;
    const { sums, key } = level;
    level.count++;
    // What comes to the same in any order is added; what does not is mixed with what came before.
    sums[0] = level.isObject ? (sums[0] + mix(key[0], one)) >>> 0 : mix(sums[0], one);
    sums[1] = level.isObject ? (sums[1] + mix(key[1], other)) >>> 0 : mix(sums[1], other);
  }
}

/** Mixes two numbers of 32 bits into one, so that the order counts. */
function mix(one: number, other: number): number {
  let hash = Math.imul(one ^ 0x9e3779b9, 0x85ebca6b) ^ other;
  hash = Math.imul(hash ^ (hash >>> 16), 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 13), 0x27d4eb2f);
  return (hash ^ (hash >>> 16)) >>> 0;
}
