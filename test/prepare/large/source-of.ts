import type { ByteSource } from "../../../src/submission/json/byte-source.ts";

/** Bytes in memory as a source that is read in pieces of this size. */
export function sourceOf(bytes: Uint8Array, pieceBytes: number): ByteSource {
  return {
    bytes: bytes.length,
    *pieces() {
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        yield Uint8Array.from(bytes.subarray(at, at + pieceBytes));
      }
    },
    slice: (start, end) => Uint8Array.from(bytes.subarray(start, end)),
    copy: (start, end) => Uint8Array.from(bytes.subarray(start, end)),
  };
}
