import { freeBytes } from "../json/bytes.ts";

/** Memory that several carried values lie in: it is given back when the last of them lets go of it. */
export class Hold {
  readonly #bytes: Uint8Array;
  #count = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** One more value lies in it. */
  add(): void {
    this.#count++;
  }

  /** A value is not read any more. */
  drop(): void {
    if (--this.#count === 0) freeBytes(this.#bytes);
  }
}
