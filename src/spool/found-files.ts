import { encodeName, isAscii, nameIn } from "./name.ts";
import type { SpoolFile } from "./spool.ts";

/**
 * Many files that a scan has found, kept without an object for each: the names in one buffer, the numbers in
 * arrays of their own. A hundred thousand take 7 MB; as objects they would take ten times that.
 */
export class FoundFiles {
  #columns = emptyColumns(0, 0);
  /** What is before this one has been taken. */
  #first = 0;
  #end = 0;
  #bytes = 0;

  get size(): number {
    return this.#end - this.#first;
  }

  /** How much they hold. */
  get bytes(): number {
    return this.#bytes;
  }

  /** When the next to be taken was written, in epoch milliseconds; after `keepOldest` that is the oldest. */
  get oldestMtimeMs(): number | undefined {
    return this.size > 0 ? this.#columns.mtimeMs[this.#first] : undefined;
  }

  add({ name, bytes, mtimeMs, inode }: SpoolFile): void {
    const encoded = isAscii(name) ? undefined : encodeName(name);
    const nameBytes = encoded?.length ?? name.length;
    const at = this.#nameEnd(this.#end);
    const columns = this.#withRoomFor(nameBytes);
    if (encoded) columns.names.set(encoded, at);
    else columns.names.write(name, at, "latin1");
    columns.nameEnd[this.#end] = at + nameBytes;
    columns.bytes[this.#end] = bytes;
    columns.mtimeMs[this.#end] = mtimeMs;
    columns.inode[this.#end++] = inode;
    this.#bytes += bytes;
  }

  /** Puts the oldest first, by name among equals, and forgets all but `limit`; returns how old the last one is. */
  keepOldest(limit: number): number | undefined {
    const order = this.#sorted(this.#first);
    this.#keep(order.subarray(0, limit));
    return this.size > 0 ? this.#columns.mtimeMs[this.#end - 1] : undefined;
  }

  /** Takes the first `count`. */
  take(count: number): SpoolFile[] {
    const files: SpoolFile[] = [];
    for (; files.length < count && this.#first < this.#end; this.#first++)
      files.push(this.#fileAt(this.#first));
    for (const { bytes } of files) this.#bytes -= bytes;
    if (this.size === 0) this.#keep(new Uint32Array(0));
    return files;
  }

  /** Takes the `count` oldest of those after the first `before`. */
  takeAfter(before: number, count: number): SpoolFile[] {
    const from = Math.min(this.#first + before, this.#end);
    const order = this.#sorted(from);
    const files = Array.from(order.subarray(0, count), (at) => this.#fileAt(at));
    const kept = new Uint32Array(from - this.#first + order.length - files.length);
    for (let at = this.#first; at < from; at++) kept[at - this.#first] = at;
    kept.set(order.subarray(files.length), from - this.#first);
    this.#keep(kept);
    return files;
  }

  #nameEnd(at: number): number {
    return at > 0 ? (this.#columns.nameEnd[at - 1] ?? 0) : 0;
  }

  #fileAt(at: number): SpoolFile {
    const { names, bytes, mtimeMs, inode } = this.#columns;
    return {
      name: nameIn(names, this.#nameEnd(at), this.#nameEnd(at + 1)),
      bytes: bytes[at] ?? 0,
      mtimeMs: mtimeMs[at] ?? 0,
      inode: inode[at] ?? 0,
    };
  }

  #sorted(from: number): Uint32Array {
    const { names, nameEnd, mtimeMs } = this.#columns;
    const order = new Uint32Array(this.#end - from);
    for (let at = 0; at < order.length; at++) order[at] = from + at;
    return order.sort((a, b) => {
      const difference = (mtimeMs[a] as number) - (mtimeMs[b] as number);
      if (difference !== 0) return difference;
      const startOfA = a > 0 ? (nameEnd[a - 1] as number) : 0;
      const startOfB = b > 0 ? (nameEnd[b - 1] as number) : 0;
      const lengthOfA = (nameEnd[a] as number) - startOfA;
      const lengthOfB = (nameEnd[b] as number) - startOfB;
      const shorter = Math.min(lengthOfA, lengthOfB);
      // A call for each pair would take longer than the few bytes.
      for (let at = 0; at < shorter; at++) {
        const apart = (names[startOfA + at] as number) - (names[startOfB + at] as number);
        if (apart !== 0) return apart;
      }
      return lengthOfA - lengthOfB;
    });
  }

  /** Keeps those of `order`, in that order. */
  #keep(order: Uint32Array): void {
    const from = this.#columns;
    let nameBytes = 0;
    for (const at of order) nameBytes += this.#nameEnd(at + 1) - this.#nameEnd(at);
    const into = emptyColumns(order.length, nameBytes);
    let end = 0;
    let bytes = 0;
    for (let place = 0; place < order.length; place++) {
      const at = order[place] as number;
      end += from.names.copy(into.names, end, this.#nameEnd(at), this.#nameEnd(at + 1));
      into.nameEnd[place] = end;
      into.mtimeMs[place] = from.mtimeMs[at] as number;
      into.inode[place] = from.inode[at] as number;
      bytes += into.bytes[place] = from.bytes[at] as number;
    }
    this.#columns = into;
    this.#first = 0;
    this.#end = order.length;
    this.#bytes = bytes;
  }

  /** The columns with room for one more file, whose name has that many bytes. */
  #withRoomFor(nameBytes: number): Columns {
    const { names, nameEnd } = this.#columns;
    const needed = this.#nameEnd(this.#end) + nameBytes;
    if (this.#end < nameEnd.length && needed <= names.length) return this.#columns;
    const files = Math.max(this.#end + 1, Math.ceil(1.5 * nameEnd.length), leastFiles);
    const room = emptyColumns(files, Math.max(2 * needed, leastFiles * usualNameBytes));
    for (const column of ["names", "nameEnd", "bytes", "mtimeMs", "inode"] as const)
      room[column].set(this.#columns[column]);
    this.#columns = room;
    return room;
  }
}

// --- internal ---

interface Columns {
  readonly names: Buffer;
  /** Where each name ends; it begins where the one before ends. */
  readonly nameEnd: Uint32Array;
  readonly bytes: Float64Array;
  readonly mtimeMs: Float64Array;
  readonly inode: Float64Array;
}

/** Room to begin with. */
const leastFiles = 256;
const usualNameBytes = 48;

function emptyColumns(files: number, nameBytes: number): Columns {
  return {
    names: Buffer.allocUnsafeSlow(nameBytes),
    nameEnd: new Uint32Array(files),
    bytes: new Float64Array(files),
    mtimeMs: new Float64Array(files),
    inode: new Float64Array(files),
  };
}
