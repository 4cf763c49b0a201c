import { fstatSync, readSync, writeFileSync } from "node:fs";
import { zstdDecompressSync } from "node:zlib";
import { type ReadMember, readTar, tarEnd } from "./tar.ts";

/**
 * A pack is `*.tar.zst`: a tar archive in zstd frames of some megabytes, so that neither writing nor reading
 * needs more memory. Behind them stands an index in a frame that zstd skips: the lengths of the frames, and
 * of each file its name, length and digest. Its last bytes say where it begins, and how much there is.
 */
export interface PackedFile {
  readonly name: string;
  readonly bytes: number;
  /** SHA-256, hexadecimal. */
  readonly sha256: string;
}

/** What the end of a pack says. */
export interface PackSummary {
  readonly files: number;
  /** Of the files, before compression. */
  readonly bytes: number;
}

const frameBytes = 8 << 20;
/** Between the default and the slow ones: packs are kept for long, and written beside the service. */
const level = 6;
const skippable = 0x184d2a5d;
const mark = "kci-pack";
const formatVersion = 1;
const trailerBytes = 32;
const skipHeaderBytes = 8;
/** No index of ours is longer, unpacked: it bounds what a broken one, or a bomb, can ask for. */
const maxIndexBytes = 128 << 20;

interface PackIndex {
  frames: [packedBytes: number, bytes: number][];
  files: [name: string, bytes: number, sha256: string][];
}

/** Writes a pack through a handle. Throws what the system does. */
export class PackWriter {
  readonly #handle: number;
  readonly #index: PackIndex = { frames: [], files: [] };
  readonly #frame = Buffer.allocUnsafe(frameBytes);
  #length = 0;
  #bytes = 0;

  constructor(handle: number) {
    this.#handle = handle;
  }

  get files(): readonly PackIndex["files"][number][] {
    return this.#index.files;
  }

  /** The next bytes of the tar archive. */
  add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + frameBytes - this.#length);
      this.#frame.set(piece, this.#length);
      this.#length += piece.length;
      at += piece.length;
      if (this.#length === frameBytes) this.#endFrame();
    }
  }

  /** A file whose header and bytes were added. */
  note({ name, bytes, sha256 }: PackedFile): void {
    this.#index.files.push([name, bytes, sha256]);
    this.#bytes += bytes;
  }

  end(): void {
    this.add(tarEnd);
    if (this.#length > 0) this.#endFrame();
    const index = Bun.zstdCompressSync(Buffer.from(JSON.stringify(this.#index)), { level });
    const [head, trailer] = [Buffer.alloc(skipHeaderBytes), Buffer.alloc(trailerBytes)];
    head.writeUInt32LE(skippable, 0);
    head.writeUInt32LE(index.length + trailerBytes, 4);
    trailer.writeBigUInt64LE(BigInt(this.#bytes), 0);
    trailer.writeUInt32LE(this.#index.files.length, 8);
    trailer.writeUInt32LE(index.length, 12);
    trailer.writeUInt32LE(formatVersion, 16);
    trailer.write(mark, trailerBytes - mark.length, "latin1");
    writeFileSync(this.#handle, Buffer.concat([head, index, trailer]));
  }

  #endFrame(): void {
    const packed = Bun.zstdCompressSync(this.#frame.subarray(0, this.#length), { level });
    writeFileSync(this.#handle, packed);
    this.#index.frames.push([packed.length, this.#length]);
    this.#length = 0;
  }
}

/** What a pack holds, by its last bytes; undefined where it is none of ours. Throws what the system does. */
export function summarizePack(handle: number): PackSummary | undefined {
  const trailer = readTrailer(handle);
  return trailer && { files: trailer.files, bytes: trailer.bytes };
}

/** The files in a pack, by its index; undefined where it is none of ours. Throws what the system does. */
export function listPack(handle: number): PackedFile[] | undefined {
  return readIndex(handle)?.files.map(([name, bytes, sha256]) => ({ name, bytes, sha256 }));
}

/**
 * Reads a whole pack back, and says what is wrong with it; undefined where each file of the index is there,
 * in its order, with its digest, and nothing else. Throws what the system does.
 */
export function flawOfPack(handle: number): string | undefined {
  const index = readIndex(handle);
  if (!index) return "it has no index";
  let at = 0;
  try {
    for (const member of readTar(framesOf(handle, index))) {
      const [name, bytes, sha256] = index.files[at++] ?? [];
      const hash = new Bun.CryptoHasher("sha256");
      for (const piece of member.pieces()) hash.update(piece);
      if (member.name !== name || member.bytes !== bytes || hash.digest("hex") !== sha256)
        return `file ${at} is not what was packed`;
    }
  } catch (cause) {
    if (isOfSystem(cause)) throw cause;
    return cause instanceof Error ? cause.message : String(cause);
  }
  return at === index.files.length ? undefined : `it contains ${at} of ${index.files.length} files`;
}

/**
 * The files in a pack with their bytes, in its order; none where it is none of ours. Throws what the system does,
 * and `Error` where the pack is not what its index says.
 */
export function* readPack(handle: number): Generator<ReadMember> {
  const index = readIndex(handle);
  if (index) yield* readTar(framesOf(handle, index));
}

/** Fills a buffer, or throws what the system does, or that there are fewer bytes. */
export function readInto(buffer: Buffer, handle: number, position: number): Buffer {
  for (let at = 0; at < buffer.length; ) {
    const count = readSync(handle, buffer, at, buffer.length - at, position + at);
    if (count === 0) throw new Error("it ends early");
    at += count;
  }
  return buffer;
}

// --- internal ---

/** Whether a call of the system failed: then nobody knows what the pack holds. */
function isOfSystem(cause: unknown): boolean {
  return cause instanceof Error && "syscall" in cause;
}

function* framesOf(handle: number, { frames }: PackIndex): Generator<Uint8Array> {
  let at = 0;
  for (const [packedBytes, bytes] of frames) {
    const frame = unpack(readAt(handle, at, packedBytes), frameBytes);
    if (frame.length !== bytes) throw new Error("a frame has another length");
    at += packedBytes;
    yield frame;
  }
}

function readTrailer(handle: number) {
  const { size } = fstatSync(handle);
  if (size < trailerBytes + skipHeaderBytes) return undefined;
  const trailer = readAt(handle, size - trailerBytes, trailerBytes);
  if (trailer.toString("latin1", trailerBytes - mark.length) !== mark) return undefined;
  if (trailer.readUInt32LE(16) !== formatVersion) return undefined;
  const indexBytes = trailer.readUInt32LE(12);
  const indexAt = size - trailerBytes - indexBytes;
  if (indexAt < skipHeaderBytes || indexBytes > maxIndexBytes) return undefined;
  const [bytes, files] = [Number(trailer.readBigUInt64LE(0)), trailer.readUInt32LE(8)];
  return Number.isSafeInteger(bytes) ? { bytes, files, indexAt, indexBytes } : undefined;
}

function readIndex(handle: number): PackIndex | undefined {
  const trailer = readTrailer(handle);
  if (!trailer) return undefined;
  try {
    const packed = readAt(handle, trailer.indexAt, trailer.indexBytes);
    const index: unknown = JSON.parse(unpack(packed, maxIndexBytes).toString("utf8"));
    if (!isIndex(index) || index.files.length !== trailer.files) return undefined;
    const frameEnd = index.frames.reduce((sum, [packedBytes]) => sum + packedBytes, 0);
    return frameEnd === trailer.indexAt - skipHeaderBytes ? index : undefined;
  } catch (cause) {
    if (isOfSystem(cause)) throw cause;
    return undefined;
  }
}

/** Whoever may write into the folder of packs may put anything there. */
function isIndex(value: unknown): value is PackIndex {
  const { frames, files } = (value ?? {}) as Partial<Record<keyof PackIndex, unknown>>;
  if (!Array.isArray(frames) || !Array.isArray(files)) return false;
  const areFrames = frames.every((one) => isTuple(one) && isLength(one[0]) && isLength(one[1]));
  return areFrames && files.every((one) => isTuple(one) && isFile(one));
}

function isFile([name, bytes, sha256]: readonly unknown[]): boolean {
  const isDigest = typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256);
  return typeof name === "string" && isLength(bytes) && isDigest;
}

function isTuple(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isLength(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** Throws where it would be longer: some kilobytes can be made to fill all memory. */
function unpack(packed: Uint8Array, maxBytes: number): Buffer {
  return zstdDecompressSync(packed, { maxOutputLength: maxBytes, chunkSize: frameBytes });
}

function readAt(handle: number, position: number, bytes: number): Buffer {
  return readInto(Buffer.allocUnsafe(bytes), handle, position);
}
