import { readSync } from "node:fs";
import { closeHandle } from "../base/close-handle.ts";
import { openAsIs } from "./open-as-is.ts";

/** Large files are read and digested in pieces of this size. */
export const pieceBytes = 1 << 20;
const piece = Buffer.allocUnsafeSlow(pieceBytes);
/** Most files are read in one call. */
const smallBytes = 64 << 10;
const small = piece.subarray(0, smallBytes);

/** What tells the bytes of a file: how many they are, and their digest. */
export interface DigestedBytes {
  readonly bytes: number;
  readonly digest?: bigint;
}

/** A digest that nobody without `seed` can find a second file for. */
export function digestOf(bytes: Uint8Array, seed: bigint): bigint {
  let digest = seed;
  let at = 0;
  do {
    const rest = bytes.length - at;
    digest = Bun.hash(
      rest <= pieceBytes && at === 0 ? bytes : bytes.subarray(at, at + pieceBytes),
      digest,
    );
    at += pieceBytes;
  } while (at < bytes.length);
  return digest;
}

/**
 * Whether the file at `path` holds the bytes that were read as `file`. Throws what the system does; a
 * link, or a file that has gone, throws too.
 */
export function holdsDigest(path: string | Buffer, file: DigestedBytes, seed: bigint): boolean {
  const handle = openAsIs(path);
  try {
    return handleHolds(handle, file, seed);
  } finally {
    closeHandle(handle);
  }
}

/** Whether the file of `handle` holds the bytes that were read as `file`. Throws what the system does. */
export function handleHolds(handle: number, file: DigestedBytes, seed: bigint): boolean {
  if (file.bytes > 0 && file.bytes < smallBytes) {
    // One byte more than there should be: a file that has grown is seen.
    const count = readSync(handle, small, 0, file.bytes + 1, 0);
    if (count === file.bytes) return file.digest === Bun.hash(small.subarray(0, count), seed);
  }
  return file.digest === digestHandle(handle, file.bytes, seed);
}

/** A new seed: unknown to whoever writes submissions. */
export function newSeed(): bigint {
  return crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n;
}

/**
 * The digest of what `handle` holds from its beginning; undefined where that is not `bytes` long.
 * `onPiece` is given each piece, good until it returns. Throws what the system does.
 */
export function digestHandle(
  handle: number,
  bytes: number,
  seed: bigint,
  onPiece?: (piece: Buffer) => void,
): bigint | undefined {
  let digest = seed;
  let at = 0;
  for (;;) {
    // One byte more than there should be: a file that has grown is seen.
    const wanted = Math.min(pieceBytes, bytes - at + 1);
    const length = readPiece(handle, at, wanted, bytes);
    at += length;
    if (at > bytes) return undefined;
    const read = piece.subarray(0, length);
    if (length > 0 || at === 0) digest = Bun.hash(read, digest);
    onPiece?.(read);
    if (length < wanted) return at === bytes ? digest : undefined;
  }
}

// --- internal ---

/** Fills the piece from `at` on; short only at the end of the file. */
function readPiece(handle: number, at: number, wanted: number, bytes: number): number {
  let length = 0;
  // At the end it stops without a call more, but for the byte that there should not be.
  while (length < wanted && (length === 0 || at + length !== bytes)) {
    const count = readSync(handle, piece, length, wanted - length, at + length);
    if (count === 0) break;
    length += count;
  }
  return length;
}
