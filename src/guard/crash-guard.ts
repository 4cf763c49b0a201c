import type { SpoolFile } from "../spool/spool.ts";
import type { WorkerStep } from "../worker/protocol.ts";
import {
  type CrashRecord,
  compareSuspects,
  controlMs,
  identityOf,
  isGuilty,
  type Machine,
  recordsAfter,
  type Suspect,
  sizeOfGroup,
  type Trial,
} from "./crash-evidence.ts";
import { formatNote, joinIdentities, parseNote } from "./crash-note.ts";
import { readInHand, removeInHand, writeInHand } from "./in-hand-file.ts";
import { machineNow } from "./machine.ts";

interface CrashGuardOptions {
  root: string;
  /** How long suspects wait for their neighbours at most, for each end of the program. */
  pauseMs: number;
  /** Whether the spool, and so the note in it, is ours. */
  isOurs(): boolean;
  /** The note could not be written. */
  onFault(cause: unknown): void;
  machine?: () => Machine;
  residentBytes?: () => number;
}

/** How often memory is looked at while a suspect is alone in hand, and what growth is noted. */
const sampleMs = 25;
const notedGrowthBytes = 16 << 20;
/** So often the note says that the program still lives. */
const signMs = 1_000;

/**
 * Finds the file that ends the whole program, start after start. Whatever is in hand is noted on the disk.
 * After an end without a word those files are under suspicion: they wait for all others, then go in
 * small groups and at last alone, nothing else in hand meanwhile. `crash-evidence.ts` says what that proves.
 */
export class CrashGuard implements Disposable {
  readonly #options: CrashGuardOptions;
  readonly #machine: () => Machine;
  readonly #residentBytes: () => number;
  readonly #records: Map<string, CrashRecord>;
  /** The identities of each batch in hand, joined, by its first file's name. */
  readonly #inHand = new Map<string, string>();
  readonly #waiting = new Map<string, Suspect>();
  /** Identities of files that are there: of others nothing need be known. */
  readonly #met = new Set<string>();
  /** How often files under suspicion were handed out in vain, by name. */
  readonly #failures = new Map<string, number>();
  /** Those that wait, in order, where it is known. */
  #sorted: Suspect[] | undefined;
  readonly #sinceMs = performance.now();
  #now: Machine;
  #isTrying = false;
  #trial: Trial | undefined;
  #sampler: NodeJS.Timeout | undefined;
  #isStale = false;

  /** Throws `SpoolFault` where the note of the last run cannot be read. */
  constructor(options: CrashGuardOptions) {
    this.#options = options;
    this.#machine = options.machine ?? machineNow;
    this.#residentBytes = options.residentBytes ?? (() => process.memoryUsage.rss());
    this.#now = this.#machine();
    const note = parseNote(readInHand(options.root));
    this.#records = note ? recordsAfter(note, this.#now, Date.now()) : new Map();
    // An end before anything is in hand again must not count once more.
    if (note) this.#write();
  }

  /** How many files that are known to the guard were in hand when the program last ended. */
  get suspects(): number {
    return this.#records.size;
  }

  /** Files under suspicion that wait. */
  get waiting(): SpoolFile[] {
    return [...this.#waiting.values()].map(({ file }) => file);
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  has(name: string): boolean {
    return this.#waiting.has(name);
  }

  /** At how many ends of the program a file was in hand; another one of that name was at none. */
  deathsOf(file: SpoolFile): number {
    return this.#recordOf(file)?.deaths ?? 0;
  }

  isGuilty(file: SpoolFile): boolean {
    const record = this.#recordOf(file);
    return record !== undefined && isGuilty(record);
  }

  /** A file has had its fate without being handed out. */
  drop(file: SpoolFile): void {
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

  /** Lets a file under suspicion wait; `inVain` when it was handed out and had no fate. */
  hold(file: SpoolFile, inVain = false): void {
    const failures = (this.#failures.get(file.name) ?? 0) + (inVain ? 1 : 0);
    if (inVain) this.#failures.set(file.name, failures);
    const { deaths = 0, alone = 0 } = this.#recordOf(file) ?? {};
    this.#waiting.set(file.name, { file, deaths, alone, failures });
    this.#sorted = undefined;
  }

  /** A file that waits has gone. */
  forget(name: string): void {
    const suspect = this.#waiting.get(name);
    if (!suspect) return;
    this.#waiting.delete(name);
    this.#sorted = undefined;
    this.drop(suspect.file);
  }

  /** Whether nothing else may be handed out. */
  get isTrying(): boolean {
    return this.#isTrying;
  }

  /** Before this no suspect is handed out, on the clock of `performance.now()`. */
  get readyAtMs(): number {
    const next = this.#order().at(-1);
    if (!next) return Number.POSITIVE_INFINITY;
    return this.#sinceMs + controlMs(next, next.file.bytes, this.#options.pauseMs);
  }

  /** When suspects need no longer wait for others, on the same clock. */
  get dueAtMs(): number {
    const next = this.#order().at(-1);
    return next ? this.#sinceMs + next.deaths * this.#options.pauseMs : Number.POSITIVE_INFINITY;
  }

  /** Takes the suspects that go next; when they are handed out nothing else may be in hand. */
  takeSuspects(): SpoolFile[] {
    const order = this.#order();
    const count = sizeOfGroup(order);
    const files = order.splice(order.length - count).map(({ file }) => file);
    for (const { name } of files) this.#waiting.delete(name);
    return files;
  }

  /** A batch is handed out: of suspects, where `isTrial`. */
  take(files: readonly SpoolFile[], isTrial: boolean, isStoreWell: boolean): void {
    this.#inHand.set(files[0]?.name ?? "", joinIdentities(files.map(identityOf)));
    this.#isTrying = isTrial;
    if (isTrial) this.#now = this.#machine();
    if (isTrial && files.length === 1) this.#watch(files[0] as SpoolFile, isStoreWell);
    this.#write();
  }

  /** The worker of a batch begins a step. */
  onStep(step: WorkerStep): void {
    if (this.#trial && this.#trial.step !== step) this.#note({ step });
  }

  /** A batch is no longer in hand; `decided` of its files have had their fate. `flush` notes it. */
  release(files: readonly SpoolFile[], decided: readonly SpoolFile[]): void {
    if (!this.#inHand.delete(files[0]?.name ?? "")) return;
    this.#isTrying = false;
    this.#endTrial();
    if (this.#records.size > 0) for (const file of decided) this.drop(file);
    this.#isStale = true;
  }

  /**
   * Notes that something is no longer in hand, where that was not done with what came into it. While
   * other batches are, it waits for the next: a file that has had its fate is nobody's neighbour.
   */
  flush(): void {
    if (this.#isStale && this.#inHand.size === 0) this.#write();
  }

  /** The program ends of its own will: nothing in hand is accused of it. */
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

  #order(): Suspect[] {
    this.#sorted ??= [...this.#waiting.values()].sort(compareSuspects);
    return this.#sorted;
  }

  #watch({ bytes }: SpoolFile, isStoreWell: boolean): void {
    const startedMs = Date.now();
    const baseBytes = this.#residentBytes();
    this.#trial = {
      ...{ bytes, startedMs, seenMs: startedMs, baseBytes, peakBytes: baseBytes },
      ...{ step: "read", isStoreWell },
    };
    this.#sampler = setInterval(() => this.#sample(), sampleMs);
  }

  #sample(): void {
    if (!this.#trial) return;
    const peakBytes = Math.max(this.#trial.peakBytes, this.#residentBytes());
    const hasGrown = peakBytes >= this.#trial.peakBytes + notedGrowthBytes;
    if (hasGrown || Date.now() - this.#trial.seenMs >= signMs) this.#note({ peakBytes });
  }

  #note(what: Partial<Trial>): void {
    if (!this.#trial) return;
    const peakBytes = Math.max(this.#trial.peakBytes, this.#residentBytes());
    this.#trial = { ...this.#trial, peakBytes, ...what, seenMs: Date.now() };
    this.#write();
  }

  #endTrial(): void {
    clearInterval(this.#sampler);
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
      if (isEmpty) removeInHand(root);
      else {
        const note = { ...this.#now, inHand, trial: this.#trial, records: this.#records };
        writeInHand(root, formatNote(note));
      }
    } catch (cause) {
      onFault(cause);
    }
  }
}
