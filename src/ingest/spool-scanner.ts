import type { ServiceEvents } from "../events/service-events.ts";
import { reviewEmptyFiles } from "../spool/empty-files.ts";
import { SpoolFault } from "../spool/fault.ts";
import { type OddEntry, tryToLookAt, type UnseenEntry } from "../spool/look-at.ts";
import { recoverAbandonedRetries } from "../spool/retry-file.ts";
import { scanSpool } from "../spool/scan-spool.ts";
import type { Spool, SpoolFile } from "../spool/spool.ts";
import { watchSpool } from "../spool/watch-spool.ts";
import { reportFault } from "../worker/report-fault.ts";
import type { Ledger } from "./ledger.ts";
import type { OutcomeHandler } from "./outcome-handler.ts";

interface ScannerOptions {
  readonly spool: Spool;
  readonly intervalMs: number;
  readonly ledger: Ledger;
  readonly events: ServiceEvents;
  /** Hears what became of each entry of the spool that was looked at. */
  readonly outcomes: Pick<OutcomeHandler, "onFile" | "onGone" | "onUnreadable">;
  /** There may be something to do. */
  onHint(): void;
  /** A scan that is under way has found this many files. */
  onProgress(found: number): void;
}

/** At most this many files are remembered from one scan: what bounds memory on a spool of millions. */
const scanLimit = 125_000;
/** The queue gets more of them once it has fewer than `lowFiles`. */
const [lowFiles, feedFiles] = [10_000, 4_000];
/** At most this many odd names are remembered. */
const oddLimit = 10_000;

/** Finds the files of a spool: by scans, and sooner by hints that the folder has changed. */
export class SpoolScanner {
  readonly #options: ScannerOptions;
  readonly #arrivals = new Set<string>();
  readonly #oddSeen = new Set<string>();
  #watcher: Disposable | undefined;
  #scanAtMs = 0;
  #isCut = true;

  constructor(options: ScannerOptions) {
    this.#options = options;
  }

  /** When the next scan is due, on the clock of `performance.now()`. */
  get scanAtMs(): number {
    return this.#scanAtMs;
  }

  /** Whether files may wait that no scan has shown yet. */
  get hasMore(): boolean {
    return this.#isCut || this.#arrivals.size > 0;
  }

  /** Looks again as soon as there is room. */
  scanAgain(): void {
    this.#isCut = true;
    this.#scanAtMs = 0;
  }

  /** Listens for changes of the folder until the result is disposed of. */
  watch(): Disposable {
    this.#watch();
    return { [Symbol.dispose]: () => this.#watcher?.[Symbol.dispose]() };
  }

  /** Looks at what has arrived and at `due`; what cannot be looked at is left to the next scan. */
  lookAtArrivals(due: readonly string[]): void {
    const { ledger } = this.#options;
    for (const name of this.#arrivals) {
      this.#arrivals.delete(name);
      if (ledger.has(name)) ledger.apply(name, { kind: "touched" });
      else this.#lookAt(name);
    }
    for (const name of due) this.#lookAt(name);
  }

  /**
   * Looks at the whole folder; of a huge one the first files are handed over before the end. One that
   * was made again is listened to from now on, which `isNew` says. Throws `SpoolFault`, or the reason of
   * `signal`.
   */
  async scan(signal: AbortSignal, isNew: boolean): Promise<void> {
    const { spool, ledger, intervalMs, outcomes, onHint, onProgress } = this.#options;
    const startedMs = performance.now();
    if (isNew && this.#watcher) this.#watch();
    this.#isCut = false;
    this.#lookBeside();
    const skip = (name: string) => ledger.has(name);
    const onEarly = (files: readonly SpoolFile[]) => {
      this.#onFound(files);
      onHint();
    };
    const isHungry = () => ledger.queued.files < 2 * lowFiles;
    const hears = { signal, skip, isHungry, onEarly, onProgress };
    const scan = await scanSpool(spool.root, { limit: scanLimit, ...hears });
    for (const odd of scan.odd) this.#onOdd(odd);
    for (const { name, fault } of scan.unseen)
      if (!ledger.has(name)) outcomes.onUnreadable(name, reportFault(fault));
    if (scan.waiting > scan.early + scan.files.size) this.#isCut = true;
    ledger.found = scan.files;
    this.feed();
    this.#reviewUnreadable(scan.unseen);
    const nowMs = performance.now();
    // A scan of millions must not be all that the service does.
    this.#scanAtMs = nowMs + Math.max(intervalMs, 10 * (nowMs - startedMs));
  }

  /** Puts more of what was found into the queue, where it has few files, the oldest first. */
  feed(lowest = lowFiles): void {
    const { ledger } = this.#options;
    while (ledger.found.size > 0 && ledger.queued.files - ledger.found.size < lowest)
      this.#onFound(ledger.found.take(feedFiles));
  }

  /** Files that were set aside or taken out may come back. What is wrong there keeps no other from going in. */
  #lookBeside(): void {
    const { spool, events } = this.#options;
    for (const look of [reviewEmptyFiles, recoverAbandonedRetries]) {
      try {
        look(spool);
      } catch (cause) {
        if (!(cause instanceof SpoolFault)) throw cause;
        events.onFault?.(reportFault(cause));
      }
    }
  }

  #watch(): void {
    const { spool, events, onHint } = this.#options;
    const onName = (name: string) => {
      this.#arrivals.add(name);
      onHint();
    };
    this.#watcher?.[Symbol.dispose]();
    this.#watcher = watchSpool(spool.root, onName, (why) => events.onFault?.(reportFault(why)));
  }

  #lookAt(name: string): void {
    const { spool, ledger, outcomes } = this.#options;
    const entry = tryToLookAt(spool.root, name);
    if (!entry) outcomes.onGone(name);
    else if ("fault" in entry) outcomes.onUnreadable(name, reportFault(entry.fault));
    else if ("what" in entry) {
      // What had the name before has gone.
      if (ledger.get(name)) outcomes.onGone(name);
      this.#onOdd(entry);
    } else outcomes.onFile(entry, true);
  }

  /** Those that could not be read, and that this scan has not met, may have gone. */
  #reviewUnreadable(met: readonly UnseenEntry[]): void {
    const names = new Set(this.#options.ledger.in("unreadable").keys());
    for (const { name } of met) names.delete(name);
    for (const name of names) this.#lookAt(name);
  }

  #onFound(files: readonly SpoolFile[]): void {
    const { ledger, outcomes } = this.#options;
    // One may have arrived, and been handed over, while the scan was under way.
    for (const file of files) if (!ledger.has(file.name)) outcomes.onFile(file, false);
  }

  #onOdd(entry: OddEntry): void {
    if (this.#oddSeen.has(entry.name) || this.#oddSeen.size >= oddLimit) return;
    this.#oddSeen.add(entry.name);
    this.#options.events.onOdd?.(entry);
  }
}
