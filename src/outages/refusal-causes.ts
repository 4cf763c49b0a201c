import type { RowRefusal } from "../store/fault.ts";
import type { Evidence } from "../worker/protocol.ts";

/** A file whose rows the database refused. */
export interface RefusedFile {
  readonly name: string;
  readonly rows: RowRefusal;
}

/**
 * - `file`: the refusal is about the values of this file, which will never go in;
 * - `server`: the database refuses such rows whoever sends them;
 * - `unsure`: nothing shows yet whose matter it is; it will, once another file has gone in.
 */
export type RefusalCause = "file" | "server" | "unsure";

/** At this many refusals a file is blamed that is the only one of its kind, where trial rows go in. */
const enoughAlone = 4;
/** At most this many refusals are remembered by key: a trigger may raise many codes. */
const maxKeys = 1_000;

/** Why a file waits. */
interface Waiting {
  readonly key: string;
  /** How many batches had gone into the table when it was first refused. */
  readonly accepted: number;
  refusals: number;
}

/**
 * Decides whether what a database refuses is a file's matter or the database's own, by what it has
 * refused and accepted before. Has no clock, and asks nobody.
 */
export class RefusalCauses {
  /** How many batches went into a table. */
  readonly #accepted = new Map<string, number>();
  readonly #waiting = new Map<string, Waiting>();
  /** The files that wait, by key. */
  readonly #alike = new Map<string, Set<string>>();
  /** By key: how many batches had gone into the table when a file was blamed that was the only one. */
  readonly #blamed = new Map<string, number>();
  /** The files that were refused since the last that went in, but for those at fault. */
  readonly #inRow = new Set<string>();

  /** Whether several files were refused one after the other, and none went in. */
  get isOutage(): boolean {
    return this.#inRow.size > 1;
  }

  /** The cause of each refusal of one batch, in their order. */
  findCauses(refused: readonly RefusedFile[], evidence: Evidence): RefusalCause[] {
    const { accepted } = evidence;
    for (const table of accepted) this.#accepted.set(table, this.#acceptedBy(table) + 1);
    if (accepted.length > 0) this.#inRow.clear();
    for (const one of refused) this.#remember(one, accepted.length === 0);
    return refused.map((one) => {
      const cause = this.#causeOf(one, evidence);
      if (cause === "file") this.forget(one.name);
      return cause;
    });
  }

  /** The file is done with, or is gone. */
  forget(name: string): void {
    const waiting = this.#waiting.get(name);
    this.#inRow.delete(name);
    if (!waiting) return;
    this.#waiting.delete(name);
    const alike = this.#alike.get(waiting.key);
    alike?.delete(name);
    if (alike?.size === 0) this.#alike.delete(waiting.key);
  }

  #causeOf({ name, rows }: RefusedFile, evidence: Evidence): RefusalCause {
    const { key, table, blame } = rows;
    if (blame === "server" || evidence.proven.includes(key)) return "server";
    if (evidence.accepted.includes(table)) return "file";
    const accepted = this.#acceptedBy(table);
    const waiting = this.#waiting.get(name);
    // Between two refusals of this file for one reason others went in.
    if (waiting && accepted > waiting.accepted) return "file";
    const isAlone = this.#alike.get(key)?.size === 1 && this.#blamed.get(key) !== accepted;
    if (!isAlone || (waiting?.refusals ?? 0) < enoughAlone) return "unsure";
    if (this.#blamed.size >= maxKeys) this.#blamed.clear();
    this.#blamed.set(key, accepted);
    return "file";
  }

  #remember({ name, rows: { key, table } }: RefusedFile, isInRow: boolean): void {
    if (this.#waiting.get(name)?.key !== key) this.forget(name);
    if (isInRow) this.#inRow.add(name);
    const accepted = this.#acceptedBy(table);
    const waiting = this.#waiting.get(name) ?? { key, accepted, refusals: 0 };
    waiting.refusals++;
    this.#waiting.set(name, waiting);
    const alike = this.#alike.get(key) ?? new Set();
    alike.add(name);
    this.#alike.set(key, alike);
  }

  #acceptedBy(table: string): number {
    return this.#accepted.get(table) ?? 0;
  }
}
