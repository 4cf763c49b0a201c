import { resolvedLength, resolveEscapes } from "../submission/carried/escape.ts";
import { decodeCompact, readText } from "../submission/carried/read-text.ts";
import { endOfText, freeBytes } from "../submission/json/bytes.ts";

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
    this.#json ??= decodeCompact(this.bytes);
    if (this.#bytes) freeBytes(this.#bytes);
    this.#bytes = undefined;
    return this.#json;
  }

  /** Where the text that begins at a place of the bytes, the first one at 1, ends; behind a comma the next begins. */
  endOf(start: number): number {
    return endOfText(this.bytes, start + 1);
  }

  /** Bytes of the text between two places, which are those of its quotes. */
  bytesOf(start: number, end: number): number {
    return resolvedLength(this.bytes, start + 1, end - 1);
  }

  /** Writes that text to a place, where there is room for it as it is written here; answers where it ends. */
  copyTo(target: Uint8Array, place: number, start: number, end: number): number {
    const { bytes } = this;
    let to = place;
    for (let at = start + 1; at < end - 1; at++) target[to++] = bytes[at] as number;
    return resolveEscapes(target, place, to);
  }

  /** That text. */
  textAt(start: number, end: number): string {
    return readText(this.bytes.subarray(start, end));
  }

  *[Symbol.iterator](): Generator<string> {
    for (let start = 1; start < this.bytes.length - 1; ) {
      const end = this.endOf(start);
      yield this.textAt(start, end);
      start = end + 1;
    }
  }
}
