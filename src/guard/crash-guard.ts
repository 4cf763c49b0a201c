import type { SpoolFile } from "../spool/spool.ts";
import type { WorkerStep } from "../worker/protocol.ts";
import {
  type CrashRecord,
  causesCrashes,
  compareSuspects,
  controlMs,
  identityOf,
  type Machine,
  recordsAfter,
  sizeOfGroup,
} from "./crash-evidence.ts";
import { formatNote, joinIdentities, parseNote } from "./crash-note.ts";
import { CrashTrial } from "./crash-trial.ts";
import { readInHand, removeInHand, writeInHand } from "./in-hand-file.ts";
import { machineNow } from "./machine.ts";

interface CrashGuardOptions {
  root: string;
  /** How long suspects wait for their neighbours at most, for each end of the program, in milliseconds. */
  pauseMs: number;
  /** Whether the spool, and so the note in it, is ours. */
  isOurs(): boolean;
  /** The note could not be written. */
  onFault(cause: unknown): void;
  machine?: () => Machine;
  residentBytes?: () => number;
}

/** Which suspects go next; the times are on the clock of `performance.now()`. */
interface Plan {
  readonly files: readonly SpoolFile[];
  /** Not before then. */
  readonly readyAtMs: number;
  /** When they need no longer wait for others. */
  readonly dueAtMs: number;
}

/**
 * Finds the file that ends the whole program, start after start. Whatever is in hand is noted on the disk.
 * After an end without a word those files are under suspicion: they wait for all others, then go in
 * small groups and at last alone, nothing else in hand meanwhile. `crash-evidence.ts` says what that proves.
 */
export class CrashGuard implements Disposable {
  readonly #options: CrashGuardOptions & Required<Pick<CrashGuardOptions, "machine">>;
  readonly #records: Map<string, CrashRecord>;
  /** The identities of each batch in hand, joined, by its first file's name. */
  readonly #inHand = new Map<string, string>();
  /** Identities of files that are there: of others nothing need be known. */
  readonly #met = new Set<string>();
  /** How often files under suspicion were handed out in vain, by name. */
  readonly #failures = new Map<string, number>();
  readonly #sinceMs = performance.now();
  #machine: Machine;
  #isTrying = false;
  #trial: CrashTrial | undefined;
  #isStale = false;

  /** Throws `SpoolFault` where the note of the last run cannot be read. */
  constructor(options: CrashGuardOptions) {
    this.#options = { machine: machineNow, ...options };
    this.#machine = this.#options.machine();
    const note = parseNote(readInHand(options.root));
    this.#records = note ? recordsAfter(note, this.#machine, Date.now()) : new Map();
    // An end before anything is in hand again must not count once more.
    if (note) this.#write();
  }

  /** How many files that are known to the guard were in hand when the program last ended. */
  get suspects(): number {
    return this.#records.size;
  }

  /** At how many ends of the program a file was in hand; another one of that name was at none. */
  deathsOf(file: SpoolFile): number {
    return this.#recordOf(file)?.deaths ?? 0;
  }

  /** Whether the ends of the program prove that a file brings them about. */
  causesCrashes(file: SpoolFile): boolean {
    const record = this.#recordOf(file);
    return record !== undefined && causesCrashes(record);
  }

  /** A file is done with: it went in or was refused, or is gone. */
  drop(file: SpoolFile): void {
    if (this.#records.size === 0) return;
    this.#failures.delete(file.name);
    if (this.#records.delete(identityOf(file))) this.#isStale = true;
  }

  /** All files that are there have been asked after. */
  dropUnmet(): void {
    for (const id of this.#records.keys()) {
      if (this.#met.has(id)) continue;
      this.#records.delete(id);
      this.#isStale = true;
    }
  }

  /** A file under suspicion was handed out, and nothing was decided about it. */
  noteFailure(file: SpoolFile): void {
    this.#failures.set(file.name, (this.#failures.get(file.name) ?? 0) + 1);
  }

  /** Whether suspects are in hand: nothing else may be handed out. */
  get isTrying(): boolean {
    return this.#isTrying;
  }

  /** Which of the files that wait under suspicion go next. */
  plan(waiting: Iterable<SpoolFile>): Plan {
    const { pauseMs } = this.#options;
    const suspects = Array.from(waiting, (file) => {
      const { deaths = 0, alone = 0 } = this.#recordOf(file) ?? {};
      return { file, deaths, alone, failures: this.#failures.get(file.name) ?? 0 };
    }).sort(compareSuspects);
    const next = suspects.at(-1);
    if (!next) return { files: [], readyAtMs: never, dueAtMs: never };
    const group = suspects.slice(suspects.length - sizeOfGroup(suspects));
    return {
      files: group.map(({ file }) => file),
      readyAtMs: this.#sinceMs + controlMs(next, next.file.bytes, pauseMs),
      dueAtMs: this.#sinceMs + next.deaths * pauseMs,
    };
  }

  /** A batch is handed out: of suspects, where `isTrial`. */
  take(files: readonly SpoolFile[], isTrial: boolean, isStoreWell: boolean): void {
    this.#inHand.set(files[0]?.name ?? "", joinIdentities(files.map(identityOf)));
    this.#isTrying = isTrial;
    if (isTrial) this.#machine = this.#options.machine();
    if (isTrial && files.length === 1) this.#watch(files[0] as SpoolFile, isStoreWell);
    this.#write();
  }

  /** The worker of a batch begins a step. */
  onStep(step: WorkerStep): void {
    this.#trial?.onStep(step);
  }

  /** A batch is no longer in hand; `decided` are those of its files that are done with. `flush` notes it. */
  release(files: readonly SpoolFile[], decided: readonly SpoolFile[]): void {
    if (!this.#inHand.delete(files[0]?.name ?? "")) return;
    this.#isTrying = false;
    this.#endTrial();
    if (this.#records.size > 0) for (const file of decided) this.drop(file);
    this.#isStale = true;
  }

  /**
   * Notes that something is no longer in hand, where that was not done with what came into it. While
   * other batches are, it waits for the next: a file that is done with is nobody's neighbour.
   */
  flush(): void {
    if (this.#isStale && this.#inHand.size === 0) this.#write();
  }

  /** The program ends of its own will: nothing in hand is blamed for it. */
  close(): void {
    this.#inHand.clear();
    this.#endTrial();
    this.#write();
  }

  [Symbol.dispose](): void {
    this.#endTrial();
  }

  #recordOf(file: SpoolFile): CrashRecord | undefined {
    if (this.#records.size === 0) return undefined;
    const id = identityOf(file);
    const record = this.#records.get(id);
    if (record) this.#met.add(id);
    return record;
  }

  #watch(file: SpoolFile, isStoreWell: boolean): void {
    const { residentBytes = () => process.memoryUsage.rss() } = this.#options;
    const onChange = () => this.#write();
    this.#trial = new CrashTrial(file, isStoreWell, { residentBytes, onChange });
  }

  #endTrial(): void {
    this.#trial?.[Symbol.dispose]();
    this.#trial = undefined;
  }

  /** That it cannot be written is told, and holds up nothing. */
  #write(): void {
    this.#isStale = false;
    const { root, isOurs, onFault } = this.#options;
    if (!isOurs()) return;
    try {
      const inHand = [...this.#inHand.values()];
      const isEmpty = inHand.length === 0 && this.#records.size === 0;
      const trial = this.#trial?.facts;
      if (isEmpty) removeInHand(root);
      else
        writeInHand(root, formatNote({ ...this.#machine, inHand, trial, records: this.#records }));
    } catch (cause) {
      onFault(cause);
    }
  }
}

// --- internal ---

const never = Number.POSITIVE_INFINITY;
