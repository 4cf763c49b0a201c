import { backslash, endOfText, freeBytes } from "../submission/json/bytes.ts";

/** A long list of texts, kept as JSON in UTF-8: taken apart, or as a text, it would need many times its bytes. */
export class TextList implements Iterable<string> {
  readonly length: number;
  /** One of both is there: whoever asks for one has no use for the other. */
  #bytes: Uint8Array | undefined;
  #json: string | undefined;

  /** `json` has `length` texts, as `JSON.stringify` writes the list; bytes are taken over. */
  constructor(json: string | Uint8Array, length: number) {
    this.#bytes = typeof json === "string" ? Buffer.from(json) : json;
    this.length = length;
  }

  /** The list in UTF-8. */
  get bytes(): Uint8Array {
    this.#bytes ??= Buffer.from(this.#json ?? "");
    return this.#bytes;
  }

  /** The same as text; the bytes are let go of. */
  get json(): string {
    this.#json ??= decoder.decode(this.bytes);
    if (this.#bytes) freeBytes(this.#bytes);
    this.#bytes = undefined;
    return this.#json;
  }

  /** Where the text that begins at a place of the bytes, the first one at 1, ends; behind a comma the next begins. */
  endOf(start: number): number {
    return endOfText(this.bytes, start + 1);
  }

  /** Whether a text is written as it is, quotes aside. */
  isPlain(start: number, end: number): boolean {
    for (let at = start; at < end; at++) if (this.bytes[at] === backslash) return false;
    return true;
  }

  /** The text between two places, which are those of its quotes. */
  textAt(start: number, end: number): string {
    const isPlain = this.isPlain(start, end);
    const text = decoder.decode(
      this.bytes.subarray(start + (isPlain ? 1 : 0), end - (isPlain ? 1 : 0)),
    );
    return isPlain ? text : (JSON.parse(text) as string);
  }

  *[Symbol.iterator](): Generator<string> {
    for (let start = 1; start < this.bytes.length - 1; ) {
      const end = this.endOf(start);
      yield this.textAt(start, end);
      start = end + 1;
    }
  }
}

// --- internal ---

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
