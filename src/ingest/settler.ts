import { archiveFile } from "../spool/archive-file.ts";
import { deleteFile } from "../spool/delete-file.ts";
import { SpoolFault } from "../spool/fault.ts";
import type { Move } from "../spool/move-file.ts";
import { refuseFile } from "../spool/refuse-file.ts";
import type { Spool, SpoolFile } from "../spool/spool.ts";
import type { Refusal } from "../submission/refusal.ts";
import { reportFault } from "./report-fault.ts";
import type { Trouble } from "./trouble.ts";

/** What is to be done with a file whose fate is decided. */
export type Settlement =
  | { kind: "archive"; file: SpoolFile }
  | { kind: "refuse"; file: SpoolFile; refusal: Refusal }
  | { kind: "delete"; file: SpoolFile };

/**
 * Moves files to where they belong. What the file system does not let go is tried again for ever; a
 * committed file is meanwhile not ingested again.
 */
export class Settler {
  readonly #spool: Spool;
  readonly #trouble: Trouble;
  readonly #onSettled: (settlement: Settlement, move: Move) => void;
  readonly #names = new Set<string>();
  #pending: Settlement[] = [];

  constructor(
    spool: Spool,
    trouble: Trouble,
    onSettled: (settlement: Settlement, move: Move) => void,
  ) {
    this.#spool = spool;
    this.#trouble = trouble;
    this.#onSettled = onSettled;
  }

  /** Files that still lie in the spool although their fate is decided. */
  get pending(): number {
    return this.#pending.length;
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  settle(settlement: Settlement): void {
    // While the file system refuses, each further file would only make it refuse once more.
    if (this.#pending.length > 0 || !this.#try(settlement)) this.#keep(settlement);
  }

  /** Tries again what is due. */
  retry(): void {
    if (this.#pending.length === 0 || performance.now() < this.#trouble.retryAtMs) return;
    const pending = this.#pending;
    this.#pending = [];
    this.#names.clear();
    for (const settlement of pending) this.settle(settlement);
    if (this.#pending.length === 0) this.#trouble.end();
  }

  #keep(settlement: Settlement): void {
    this.#pending.push(settlement);
    this.#names.add(settlement.file.name);
  }

  #try(settlement: Settlement): boolean {
    try {
      this.#onSettled(settlement, this.#move(settlement));
      return true;
    } catch (cause) {
      if (!(cause instanceof SpoolFault)) throw cause;
      this.#trouble.report(reportFault(cause));
      return false;
    }
  }

  #move(settlement: Settlement): Move {
    const { file } = settlement;
    if (settlement.kind === "archive") return archiveFile(this.#spool, file);
    if (settlement.kind === "refuse") return refuseFile(this.#spool, file, settlement.refusal);
    return deleteFile(this.#spool, file);
  }
}
