import type { SpoolFile } from "../spool/spool.ts";

export interface BatchLimits {
  maxFiles: number;
  maxBytes: number;
}

/**
 * The files that wait to be handed to a worker. Batches come in turns from the backlog, oldest first,
 * and from what has just arrived, so that neither starves. Files under suspicion of having killed a
 * worker go alone.
 */
export class Backlog {
  /** Oldest last, so that taking is cheap. */
  #old: SpoolFile[] = [];
  #fresh: SpoolFile[] = [];
  readonly #suspects: SpoolFile[] = [];
  readonly #names = new Set<string>();
  #bytes = 0;
  #freshNext = true;
  #isSorted = true;

  get size(): number {
    return this.#names.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** When the oldest of what waits was written, in epoch milliseconds; undefined when nothing does. */
  get oldestMtimeMs(): number | undefined {
    this.#sort();
    const heads = [this.#old.at(-1), this.#fresh[0], this.#suspects[0]];
    const times = heads.flatMap((file) => (file ? [file.mtimeMs] : []));
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** Adds a file that a scan found, in any order. */
  addScanned(file: SpoolFile): void {
    if (!this.#admit(file)) return;
    this.#old.push(file);
    this.#isSorted = false;
  }

  /** Adds a file that has just arrived. */
  addFresh(file: SpoolFile): void {
    if (this.#admit(file)) this.#fresh.push(file);
  }

  /** Takes files back that a worker did not finish; they come first. */
  giveBack(files: readonly SpoolFile[]): void {
    this.#sort();
    this.#old.push(...files.filter((file) => this.#admit(file)).reverse());
  }

  /** Adds a file that must be alone in its batch. */
  addSuspect(file: SpoolFile): void {
    if (this.#admit(file)) this.#suspects.push(file);
  }

  /** The file that the next batch begins with; undefined when nothing waits. */
  get next(): SpoolFile | undefined {
    this.#sort();
    return this.#suspects[0] ?? (this.#isFreshNext() ? this.#fresh[0] : this.#old.at(-1));
  }

  /** The next batch, in order of arrival; empty when nothing waits. One file may exceed `maxBytes`. */
  take(limits: BatchLimits): SpoolFile[] {
    const suspect = this.#suspects.shift();
    if (suspect) return [this.#dismiss(suspect)];
    this.#sort();
    const fromFresh = this.#isFreshNext();
    this.#freshNext = !fromFresh;
    const batch: SpoolFile[] = [];
    const next = fromFresh
      ? () => this.#fresh[batch.length]
      : () => this.#old.at(-1 - batch.length);
    let bytes = 0;
    for (let file = next(); file && batch.length < limits.maxFiles; file = next()) {
      bytes += file.bytes;
      if (batch.length > 0 && bytes > limits.maxBytes) break;
      batch.push(this.#dismiss(file));
    }
    if (fromFresh) this.#fresh = this.#fresh.slice(batch.length);
    else this.#old.length -= batch.length;
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

  #admit(file: SpoolFile): boolean {
    if (this.#names.has(file.name)) return false;
    this.#names.add(file.name);
    this.#bytes += file.bytes;
    return true;
  }

  #dismiss(file: SpoolFile): SpoolFile {
    this.#names.delete(file.name);
    this.#bytes -= file.bytes;
    return file;
  }
}
