import { decodeName, encodeName } from "../name.ts";

/** A regular file as a tar archive tells of it (POSIX.1-2001, pax). */
export interface TarMember {
  readonly name: string;
  readonly bytes: number;
  readonly mtimeMs: number;
  /** Permissions. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** The size of a block: headers are one, bytes of members fill whole ones. */
export const blockBytes = 512;
/** What a tar archive ends with. */
export const tarEnd = Buffer.alloc(2 * blockBytes);
const maxPlainName = 100;
/** What stands before a member is a name and a few numbers. */
const maxExtendedBytes = 64 << 10;

/**
 * What stands before the bytes of a member: a record for what the plain header has no room for, and that. A
 * name that is not UTF-8 stands there as it is, as GNU tar writes it.
 */
export function tarHeader(member: TarMember): Buffer {
  const seconds = Math.floor(member.mtimeMs / 1_000);
  const name = encodeName(member.name);
  const records = [
    ...(name.length > maxPlainName ? [record("path", name)] : []),
    ...(fits(member.bytes, 11) ? [] : [record("size", String(member.bytes))]),
    ...(fits(seconds, 11) ? [] : [record("mtime", String(seconds))]),
    ...(fits(member.uid, 7) ? [] : [record("uid", String(member.uid))]),
    ...(fits(member.gid, 7) ? [] : [record("gid", String(member.gid))]),
  ];
  const plain = header("0", name.subarray(0, maxPlainName), member.bytes, member);
  if (records.length === 0) return plain;
  const extended = Buffer.concat(records);
  const before = header("x", Buffer.from("pax"), extended.length, { ...member, mode: 0o644 });
  return Buffer.concat([before, extended, padding(extended.length), plain]);
}

/** What fills up the last block after this many bytes. */
export function padding(bytes: number): Buffer {
  return tarEnd.subarray(0, -bytes & (blockBytes - 1));
}

/** A member as it is read: its bytes have to be taken before the next one. */
export interface ReadMember {
  readonly name: string;
  readonly bytes: number;
  pieces(): Generator<Uint8Array>;
}

/**
 * The members of a tar archive of our own making. Throws `Error` on anything else: what the headers hold is
 * compared with their sums, and nothing may stand behind the end.
 */
export function* readTar(source: Iterable<Uint8Array>): Generator<ReadMember> {
  const input = new Pieces(source);
  let extended = new Map<string, Buffer>();
  for (;;) {
    const block = input.take(blockBytes);
    if (block.equals(tarEnd.subarray(0, blockBytes))) break;
    if (readNumber(block, 148, 8) !== sumOf(block)) throw new Error("a header checksum is wrong");
    const type = String.fromCharCode(block[156] ?? 0);
    const size = readNumber(block, 124, 12);
    if (type === "x") {
      if (size > maxExtendedBytes) throw new Error("a record is too long");
      extended = readRecords(input.take(size));
      input.take(padding(size).length);
      continue;
    }
    if (type !== "0") throw new Error(`a member of type ${type}`);
    const bytes = Number(extended.get("size") ?? size);
    const end = block.indexOf(0);
    const plain = block.subarray(0, end < 0 ? maxPlainName : Math.min(end, maxPlainName));
    const name = decodeName(extended.get("path") ?? plain);
    extended = new Map();
    let left = bytes;
    yield {
      name,
      bytes,
      *pieces() {
        for (const piece of input.pieces(left)) {
          left -= piece.length;
          yield piece;
        }
      },
    };
    if (left > 0) throw new Error("a member was not read to its end");
    input.take(padding(bytes).length);
  }
  if (!input.take(blockBytes).equals(tarEnd.subarray(0, blockBytes)) || input.hasMore)
    throw new Error("there is data after the end");
}

// --- internal ---

function fits(value: number, digits: number): boolean {
  return value >= 0 && value < 8 ** digits;
}

function header(
  type: string,
  name: Uint8Array,
  bytes: number,
  { mode, uid, gid, mtimeMs }: Omit<TarMember, "name" | "bytes">,
): Buffer {
  const block = Buffer.alloc(blockBytes);
  const octal = (value: number, at: number, digits: number) =>
    block.write((fits(value, digits) ? value : 0).toString(8).padStart(digits, "0"), at, "latin1");
  block.set(name, 0);
  octal(mode & 0o7777, 100, 7);
  octal(uid, 108, 7);
  octal(gid, 116, 7);
  octal(bytes, 124, 11);
  octal(Math.floor(mtimeMs / 1_000), 136, 11);
  block.write(type, 156, "latin1");
  block.write("ustar\u000000", 257, "latin1");
  octal(sumOf(block), 148, 6);
  block.write("\0 ", 154, "latin1");
  return block;
}

/** The sum of a header's bytes, that of its own place as if there were blanks. */
function sumOf(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let at = 0; at < blockBytes; at++) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  return sum;
}

/** `LENGTH KEY=VALUE\n`, where the length counts itself. */
function record(key: string, value: string | Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from("\n")]);
  let length = rest.length;
  while (length !== rest.length + String(length).length) {
    length = rest.length + String(length).length;
  }
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

function readRecords(text: Buffer): Map<string, Buffer> {
  const records = new Map<string, Buffer>();
  for (let at = 0; at < text.length; ) {
    const length = Number.parseInt(text.toString("latin1", at, at + 20), 10);
    const [start, equals] = [text.indexOf(" ", at) + 1, text.indexOf("=", at)];
    if (!(length > 4) || start <= at || equals < start) throw new Error("a record is broken");
    records.set(text.toString("latin1", start, equals), text.subarray(equals + 1, at + length - 1));
    at += length;
  }
  return records;
}

function readNumber(block: Buffer, at: number, length: number): number {
  return Number.parseInt(block.toString("latin1", at, at + length), 8);
}

/** Pieces of any size, taken in others. */
class Pieces {
  readonly #source: Iterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(source: Iterable<Uint8Array>) {
    this.#source = source[Symbol.iterator]();
  }

  get hasMore(): boolean {
    while (this.#rest.length === 0) {
      const { done, value } = this.#source.next();
      if (done) return false;
      this.#rest = value;
    }
    return true;
  }

  *pieces(bytes: number): Generator<Uint8Array> {
    for (let left = bytes; left > 0; ) {
      if (!this.hasMore) throw new Error("it ends early");
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  take(bytes: number): Buffer {
    return Buffer.concat([...this.pieces(bytes)]);
  }
}
