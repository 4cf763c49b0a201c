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

/** After so many failures in a row the rest waits for the next span: each may take long to fail. */
const maxFailures = 8;

/**
 * Moves files to where they belong. What the file system does not let go is tried again for ever, each
 * file by itself; a committed file is meanwhile not ingested again.
 */
export class Settler {
  readonly #spool: Spool;
  readonly #trouble: Trouble;
  readonly #onSettled: (settlement: Settlement, move: Move) => void;
  /** By name, the one that has waited longest for a try first. */
  readonly #pending = new Map<string, Settlement>();
  #failuresInRow = 0;

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
    return this.#pending.size;
  }

  has(name: string): boolean {
    return this.#pending.has(name);
  }

  settle(settlement: Settlement): void {
    const { name } = settlement.file;
    this.#pending.delete(name);
    if (this.#failuresInRow < maxFailures && this.#try(settlement)) return;
    this.#pending.set(name, settlement);
  }

  /** Tries again what is due. */
  retry(): void {
    if (this.#pending.size === 0 || performance.now() < this.#trouble.retryAtMs) return;
    this.#failuresInRow = 0;
    for (const settlement of [...this.#pending.values()]) {
      if (this.#failuresInRow >= maxFailures) break;
      this.settle(settlement);
    }
    if (this.#pending.size === 0) this.#trouble.end();
  }

  #try(settlement: Settlement): boolean {
    try {
      this.#onSettled(settlement, this.#move(settlement));
      this.#failuresInRow = 0;
      return true;
    } catch (cause) {
      if (!(cause instanceof SpoolFault)) throw cause;
      this.#failuresInRow++;
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
