/** The bytes of a text that is too large to be held: they are asked for in pieces, as often as wanted. */
export interface ByteSource {
  /** How many there are. */
  readonly bytes: number;
  /** All of them from the beginning, piece by piece; each is good until the next one is asked for. */
  pieces(): Iterable<Uint8Array>;
  /** Those from `start` to `end`, good until the next call. Throws when they are not what they were before. */
  slice(start: number, end: number): Uint8Array;
  /** The same in memory of its own, which the caller may write to. */
  copy(start: number, end: number): Uint8Array;
}

/** Bytes that are in memory, as a source. */
export function bytesAsSource(bytes: Uint8Array): ByteSource {
  return {
    bytes: bytes.length,
    pieces: () => [bytes],
    slice: (start, end) => bytes.subarray(start, end),
    copy: (start, end) => Uint8Array.prototype.slice.call(bytes, start, end),
  };
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes a stretch of a source strictly. Throws where it is no UTF-8. */
export function textAt(source: ByteSource, start: number, end: number): string {
  return decoder.decode(source.slice(start, end));
}
