import { archiveFile, QuickArchive, verifyArchived } from "../spool/archive-file.ts";
import type { Move } from "../spool/change-of.ts";
import { setAsideEmpty } from "../spool/empty-files.ts";
import { SpoolFault } from "../spool/fault.ts";
import { clearMoves } from "../spool/move-note.ts";
import { refuseFile } from "../spool/refuse-file.ts";
import type { Spool, SpoolFile } from "../spool/spool.ts";
import type { Refusal } from "../submission/refusal.ts";
import { reportFault } from "../worker/report-fault.ts";
import type { Trouble } from "./trouble.ts";

/** What is to be done with a file whose fate is decided. */
export type Settlement =
  | { kind: "archive"; file: SpoolFile }
  | { kind: "refuse"; file: SpoolFile; refusal: Refusal }
  /** It lies in `archive/`; whether it is what was read is still to be seen. */
  | { kind: "verify"; file: SpoolFile }
  | { kind: "set-aside"; file: SpoolFile };

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

  /** Whether files that were moved may still be other ones than those that were read. */
  get isUnverified(): boolean {
    return [...this.#pending.values()].some(({ kind }) => kind === "verify");
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

  /** Moves the files of a batch, whose rows are committed, to `archive/`. */
  archive(files: readonly SpoolFile[]): void {
    if (files.length === 0) return;
    using quick = this.#quickArchive(files);
    for (const file of files) {
      const settlement = { kind: "archive", file } as const;
      const isTried = quick && this.#failuresInRow < maxFailures && !this.#pending.has(file.name);
      const result = isTried ? this.#tryQuickly(quick, settlement) : undefined;
      if (result === undefined) this.settle(settlement);
      else if (result !== "done") this.#pending.set(file.name, result);
    }
  }

  /** Nothing is moved any more: the next start has nothing to see to, but for what is unverified. Throws `SpoolFault`. */
  end(): void {
    const isUnverified = [...this.#pending.values()].some(({ kind }) => kind === "verify");
    if (!isUnverified) clearMoves(this.#spool.root);
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

  /** Absent where each file has to go the slow way, which tells what is wrong. */
  #quickArchive(files: readonly SpoolFile[]): QuickArchive | undefined {
    if (this.#spool.compressArchive) return undefined;
    // Those that are still to be verified are noted anew, or a kill would leave them unseen.
    const unverified = [...this.#pending.values()].filter(({ kind }) => kind === "verify");
    try {
      return new QuickArchive(this.#spool, [...unverified.map(({ file }) => file), ...files]);
    } catch (cause) {
      if (cause instanceof SpoolFault) return undefined;
      throw cause;
    }
  }

  /** Returns what is still to be done; undefined where the file has to go the slow way. */
  #tryQuickly(quick: QuickArchive, settlement: Settlement): Settlement | "done" | undefined {
    try {
      const move = quick.move(settlement.file);
      if (move === "unverified") return { kind: "verify", file: settlement.file };
      if (!move) return undefined;
      this.#onSettled(settlement, move);
      this.#failuresInRow = 0;
      return "done";
    } catch (cause) {
      if (!(cause instanceof SpoolFault)) throw cause;
      this.#failuresInRow++;
      this.#trouble.report(reportFault(cause));
      return settlement;
    }
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
    switch (settlement.kind) {
      case "archive":
        return archiveFile(this.#spool, file);
      case "verify":
        return verifyArchived(this.#spool, file);
      case "refuse":
        return refuseFile(this.#spool, file, settlement.refusal);
      case "set-aside":
        return setAsideEmpty(this.#spool, file);
    }
  }
}
