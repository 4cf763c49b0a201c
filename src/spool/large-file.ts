import { readSync } from "node:fs";
import { closeHandle } from "../base/close-handle.ts";
import type { ByteSource } from "../submission/json/byte-source.ts";
import { pieceBytes } from "./digest.ts";
import { SpoolFault, spoolFault } from "./fault.ts";

/** Longer stretches get memory of their own. */
const maxKeptBytes = 16 << 20;

/**
 * An open file that is read piece by piece, as often as wanted: it is sure to hold the same bytes each time, or
 * what was read throws `SpoolFault`.
 */
export class LargeFile implements ByteSource, Disposable {
  readonly bytes: number;
  readonly #handle: number;
  readonly #name: string;
  /** The digest up to the end of each piece that has been read once; the first is the seed. */
  readonly #digests: bigint[];
  readonly #piece = Buffer.allocUnsafeSlow(pieceBytes);
  #pieceInMemory = -1;
  #stretch = Buffer.allocUnsafeSlow(0);

  /** `name` is safe to print. Takes the handle over. */
  constructor(handle: number, bytes: number, seed: bigint, name: string) {
    this.#handle = handle;
    this.bytes = bytes;
    this.#digests = [seed];
    this.#name = name;
  }

  /** The digest of all of it, as `digestOf` gives it; undefined before every piece has been read. */
  get digest(): bigint | undefined {
    return this.#digests[this.#pieces];
  }

  get #pieces(): number {
    return Math.ceil(this.bytes / pieceBytes);
  }

  *pieces(): Generator<Uint8Array> {
    for (let number = 0; number < this.#pieces; number++) yield this.#read(number);
  }

  slice(start: number, end: number): Uint8Array {
    const first = Math.floor(start / pieceBytes);
    const offset = start - first * pieceBytes;
    if (end <= start) return this.#piece.subarray(0, 0);
    if (end <= (first + 1) * pieceBytes) {
      return this.#read(first).subarray(offset, offset + end - start);
    }
    return this.#fill(this.#room(end - start), first, offset);
  }

  copy(start: number, end: number): Uint8Array {
    const first = Math.floor(start / pieceBytes);
    return this.#fill(Buffer.allocUnsafeSlow(end - start), first, start - first * pieceBytes);
  }

  /** Fills memory with what stands behind a place in a piece. */
  #fill(stretch: Buffer, first: number, offset: number): Buffer {
    let at = 0;
    for (let number = first; at < stretch.length; number++) {
      const piece = this.#read(number);
      const from = number === first ? offset : 0;
      at += piece.copy(stretch, at, from, Math.min(piece.length, from + stretch.length - at));
    }
    return stretch;
  }

  [Symbol.dispose](): void {
    closeHandle(this.#handle);
  }

  #room(bytes: number): Buffer {
    if (bytes > maxKeptBytes) return Buffer.allocUnsafeSlow(bytes);
    if (bytes > this.#stretch.length) {
      this.#stretch = Buffer.allocUnsafeSlow(Math.min(2 * bytes, maxKeptBytes));
    }
    return this.#stretch.subarray(0, bytes);
  }

  #read(number: number): Buffer {
    const at = number * pieceBytes;
    const piece = this.#piece.subarray(0, Math.min(pieceBytes, this.bytes - at));
    if (number === this.#pieceInMemory) return piece;
    this.#pieceInMemory = -1;
    let length = 0;
    try {
      while (length < piece.length) {
        const count = readSync(this.#handle, piece, length, piece.length - length, at + length);
        if (count === 0) break;
        length += count;
      }
    } catch (cause) {
      throw spoolFault(cause, "read", this.#name);
    }
    const digest = Bun.hash(piece, this.#digests[number]) as bigint;
    const known = this.#digests[number + 1];
    if (length < piece.length || (known !== undefined && known !== digest)) throw this.#changed();
    this.#digests[number + 1] = digest;
    this.#pieceInMemory = number;
    return piece;
  }

  #changed(): SpoolFault {
    return new SpoolFault(`cannot read ${this.#name}: it is changing while being read`, {
      operation: "read",
      path: this.#name,
      class: "transient",
      hint: "write it under a temporary name, and rename it when it is complete",
    });
  }
}
