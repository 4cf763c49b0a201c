import type { SpoolFile } from "../spool/spool.ts";

/** How large a batch may be; a single file may be larger. */
export interface BatchLimits {
  maxFiles: number;
  maxBytes: number;
}

/** Where a file stands in the queue. */
export interface Place {
  readonly fresh: boolean;
  readonly alone: boolean;
}

/**
 * The order in which files go to workers: in turns from those that were found, oldest first, and from
 * those that have just arrived, so that neither starves. Files that must be alone come first.
 */
export class FileQueue {
  /** Oldest last, so that taking is cheap. */
  #old: SpoolFile[] = [];
  #fresh: SpoolFile[] = [];
  readonly #alone: SpoolFile[] = [];
  #bytes = 0;
  #freshNext = true;
  #isSorted = true;

  get size(): number {
    return this.#old.length + this.#fresh.length + this.#alone.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** When the oldest of what waits was written, in epoch milliseconds; undefined when nothing does. */
  get oldestMtimeMs(): number | undefined {
    this.#sort();
    const heads = [this.#old.at(-1), this.#fresh[0], this.#alone[0]];
    return this.size > 0 ? Math.min(...heads.map((file) => file?.mtimeMs ?? Infinity)) : undefined;
  }

  /** Adds files in any order. */
  add(file: SpoolFile, { fresh, alone }: Place): void {
    this.#bytes += file.bytes;
    if (alone) this.#alone.push(file);
    else if (fresh) this.#fresh.push(file);
    else {
      this.#old.push(file);
      this.#isSorted = false;
    }
  }

  /** The file that the next batch begins with; undefined when nothing waits. */
  get next(): SpoolFile | undefined {
    this.#sort();
    return this.#alone[0] ?? (this.#isFreshNext() ? this.#fresh[0] : this.#old.at(-1));
  }

  /** The next batch, in order of arrival; empty when nothing waits. One file may exceed `maxBytes`. */
  take(limits: BatchLimits): SpoolFile[] {
    const alone = this.#alone.shift();
    if (alone) {
      this.#bytes -= alone.bytes;
      return [alone];
    }
    this.#sort();
    const fromFresh = this.#isFreshNext();
    this.#freshNext = !fromFresh;
    const batch: SpoolFile[] = [];
    const next = fromFresh
      ? () => this.#fresh[batch.length]
      : () => this.#old.at(-1 - batch.length);
    let bytes = 0;
    for (let file = next(); file && batch.length < limits.maxFiles; file = next()) {
      if (batch.length > 0 && bytes + file.bytes > limits.maxBytes) break;
      bytes += file.bytes;
      batch.push(file);
    }
    if (fromFresh) this.#fresh = this.#fresh.slice(batch.length);
    else this.#old.length -= batch.length;
    this.#bytes -= bytes;
    return batch;
  }

  #isFreshNext(): boolean {
    return this.#fresh.length > 0 && (this.#freshNext || this.#old.length === 0);
  }

  #sort(): void {
    if (this.#isSorted) return;
    this.#old.sort((a, b) => b.mtimeMs - a.mtimeMs || (a.name < b.name ? 1 : -1));
    this.#isSorted = true;
  }
}
