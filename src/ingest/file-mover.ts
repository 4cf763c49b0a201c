import type { ServiceEvents } from "../events/service-events.ts";
import type { Outage } from "../outages/outage.ts";
import { archiveFile, QuickArchive, verifyArchived } from "../spool/archive-file.ts";
import type { Move } from "../spool/change-of.ts";
import { setAsideEmpty } from "../spool/empty-files.ts";
import { SpoolFault } from "../spool/fault.ts";
import { clearMoves } from "../spool/move-note.ts";
import { refuseFile } from "../spool/refuse-file.ts";
import type { Spool, SpoolFile } from "../spool/spool.ts";
import { reportFault } from "../worker/report-fault.ts";
import type { FileRecord, PlannedMove } from "./file-state.ts";
import type { Ledger } from "./ledger.ts";

/** After this many failures in a row the rest waits for the next span: each may take long to fail. */
const maxFailures = 8;
/** This many files are moved at a time, in about 5 ms: workers that ask for something meanwhile must not wait. */
const sliceFiles = 200;
/** And at the end of the service, when a file that is refused may take a millisecond. */
const endSliceFiles = 20;

interface MoverOptions {
  readonly spool: Spool;
  readonly ledger: Ledger;
  readonly outage: Outage;
  readonly events: ServiceEvents;
  /** Without the spool nothing in it is touched. */
  readonly lock: { readonly isHeld: boolean };
  /** All that was to be moved has been tried. */
  onHint(): void;
}

/** The files of a batch on their way, those from `at` on. */
interface MovingBatch {
  readonly files: readonly SpoolFile[];
  at: number;
  quick?: QuickArchive | undefined;
}

/**
 * Moves files once it is decided where they go. What the file system does not let go is tried again for ever, each
 * file by itself; a committed file is meanwhile not ingested again.
 */
export class FileMover {
  readonly #options: MoverOptions;
  readonly #batches: MovingBatch[] = [];
  #isScheduled = false;
  #isEnded = false;
  #failuresInRow = 0;
  #hasReplaced = false;

  constructor(options: MoverOptions) {
    this.#options = options;
  }

  /** Whether another file has taken the name of one that was moved, since this was last asked. */
  takeReplaced(): boolean {
    const hasReplaced = this.#hasReplaced;
    this.#hasReplaced = false;
    return hasReplaced;
  }

  /** How many files are on their way, and no failure holds them up. */
  get moving(): number {
    return this.#batches.reduce((sum, { files, at }) => sum + files.length - at, 0);
  }

  /** Moves those of the files that are to be moved: some at once, the rest of many a little later. */
  move(files: readonly SpoolFile[]): void {
    if (this.#options.ledger.in("to-move").size === 0) return;
    this.#batches.push({ files, at: 0 });
    if (!this.#isScheduled) this.#moveSlice(sliceFiles);
  }

  /** Tries again what is due. */
  retry(): void {
    const { ledger, outage } = this.#options;
    const pending = ledger.in("to-move");
    if (pending.size === 0 || this.#batches.length > 0) return;
    if (performance.now() < outage.retryAtMs) return;
    this.#failuresInRow = 0;
    for (const record of [...pending.values()]) {
      if (this.#failuresInRow >= maxFailures) break;
      this.#moveOne(record);
    }
    if (pending.size === 0) outage.end();
  }

  /**
   * Moves what is on its way for at most `limitMs`; nothing is moved after this. What is left is ingested or
   * refused once more by the next start, which has nothing else to see to, but for what is unverified. That
   * the note cannot be removed is told, and does no harm: the next start looks for nothing.
   */
  end(limitMs: number): void {
    this.#isEnded = true;
    const { spool, lock, events } = this.#options;
    const endMs = performance.now() + limitMs;
    while (this.#batches.length > 0 && performance.now() < endMs) this.#moveSlice(endSliceFiles);
    this.#abandon();
    if (this.#unverified().length > 0 || !lock.isHeld) return;
    try {
      clearMoves(spool.root);
    } catch (cause) {
      events.onFault?.(reportFault(cause));
    }
  }

  /** Moves up to this many files of the batches on their way, and sees to the rest later. */
  #moveSlice(most: number): void {
    const { ledger, lock, onHint } = this.#options;
    let left = most;
    for (let batch = this.#batches[0]; batch && left > 0; batch = this.#batches[0]) {
      if (!lock.isHeld) {
        this.#abandon();
        return;
      }
      batch.quick ??= batch.at === 0 ? this.#begin(batch.files) : undefined;
      for (; batch.at < batch.files.length && left > 0; left--) {
        const record = ledger.get(batch.files[batch.at++]?.name ?? "");
        if (record) this.#moveOne(record, batch.quick);
      }
      if (batch.at < batch.files.length) break;
      batch.quick?.[Symbol.dispose]();
      this.#batches.shift();
    }
    if (this.#batches.length > 0) this.#schedule();
    else if (!this.#isScheduled) onHint();
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isEnded) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#moveSlice(sliceFiles);
    });
  }

  /** The spool is another's: what is decided waits until it is ours again. */
  #abandon(): void {
    for (const { quick } of this.#batches.splice(0)) quick?.[Symbol.dispose]();
  }

  /** Absent where each file has to go the slow way, which tells what is wrong. */
  #begin(files: readonly SpoolFile[]): QuickArchive | undefined {
    const { spool, ledger } = this.#options;
    const records = files.flatMap(({ name }) => ledger.get(name) ?? []);
    const archived = records.filter((record) => moveOf(record)?.to === "archive");
    if (spool.compressArchive || archived.length === 0) return undefined;
    try {
      // Those that are still to be verified are noted anew, or a kill would leave them unseen.
      return new QuickArchive(spool, [...this.#unverified(), ...archived.map(({ file }) => file)]);
    } catch (cause) {
      if (cause instanceof SpoolFault) return undefined;
      throw cause;
    }
  }

  /** Files that were moved and may still be other ones than those that were read. */
  #unverified(): SpoolFile[] {
    const pending = [...this.#options.ledger.in("to-move").values()];
    return pending.filter((record) => moveOf(record)?.to === "verify").map(({ file }) => file);
  }

  #moveOne(record: FileRecord, quick?: QuickArchive): void {
    const { ledger, outage } = this.#options;
    const { file } = record;
    const planned = moveOf(record);
    // What cannot be tried now has its turn after those that wait already.
    if (!planned || this.#failuresInRow >= maxFailures) return;
    try {
      const quickly =
        planned.to === "archive" && !planned.evenIfOpen ? quick?.move(file) : undefined;
      if (quickly === "unverified") ledger.apply(file.name, { kind: "unverified" });
      else this.#onMoved(file, planned, quickly ?? this.#moveSlowly(file, planned));
      this.#failuresInRow = 0;
    } catch (cause) {
      if (!(cause instanceof SpoolFault)) throw cause;
      this.#failuresInRow++;
      ledger.postpone(file.name);
      outage.report(reportFault(cause));
    }
  }

  #onMoved(file: SpoolFile, { to }: PlannedMove, move: Move): void {
    const { ledger, events, onHint } = this.#options;
    const isBeingWritten = !move.moved && move.why === "being-written";
    const after = ledger.apply(file.name, { kind: isBeingWritten ? "being-written" : "gone" });
    if (move.moved) events.onSettled?.(file, settledAs[to], move.name);
    else events.onLost?.(file, move.why);
    if (!move.moved && move.why !== "vanished") this.#hasReplaced = true;
    if (after?.state.kind === "to-move") onHint();
  }

  #moveSlowly(file: SpoolFile, planned: PlannedMove): Move {
    const { spool } = this.#options;
    switch (planned.to) {
      case "archive":
        return archiveFile(spool, file, planned.evenIfOpen);
      case "verify":
        return verifyArchived(spool, file);
      case "failed":
        return refuseFile(spool, file, planned.refusal, planned.evenIfOpen);
      case "set-aside":
        return setAsideEmpty(spool, file);
    }
  }
}

// --- internal ---

/** As those who watch are told of it. */
const settledAs = {
  archive: "archive",
  verify: "archive",
  failed: "refuse",
  "set-aside": "set-aside",
} as const;

function moveOf({ state }: FileRecord): PlannedMove | undefined {
  return state.kind === "to-move" ? state.move : undefined;
}
