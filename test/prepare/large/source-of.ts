import type { ByteSource } from "../../../src/submission/json/byte-source.ts";

/** Bytes in memory as a source that is read in pieces of this size. */
export function sourceOf(bytes: Uint8Array, pieceBytes: number): ByteSource {
  // `Uint8Array.from` would go from byte to byte, and `slice` of a Buffer does not copy.
  const copyOf = (start: number, end: number) => Uint8Array.prototype.slice.call(bytes, start, end);
  return {
    bytes: bytes.length,
    *pieces() {
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        yield copyOf(at, at + pieceBytes);
      }
    },
    slice: copyOf,
    copy: copyOf,
  };
}
