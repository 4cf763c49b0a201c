import type { Fault } from "../fault.ts";
import { errnoOf } from "../spool/fault.ts";
import { type OddEntry, scanSpool, tryToLookAt, type UnseenEntry } from "../spool/scan-spool.ts";
import type { SpoolFile } from "../spool/spool.ts";
import { watchSpool } from "../spool/watch-spool.ts";
import type { FaultReport } from "../worker/protocol.ts";

interface IntakeOptions {
  root: string;
  intervalMs: number;
  /** Sees that the spool is ours still; says whether its folder is another one now. Throws `SpoolFault`. */
  keepSpool(): boolean;
  /** Files that are in hand already. */
  isKnown(name: string): boolean;
  /** Something has happened to a file that is in hand already. */
  onTouched(name: string): void;
  /** A file is there to be ingested; `fresh` when it has just arrived. */
  onFile(file: SpoolFile, fresh: boolean): void;
  onEmpty(file: SpoolFile): void;
  onGone(name: string): void;
  /** An entry that is no regular file; called once for each name. */
  onOdd(entry: OddEntry): void;
  /** An entry that could not be looked at; called at every try. */
  onUnseen(entry: UnseenEntry): void;
  /** Something may have arrived. */
  onHint(): void;
  onFault(fault: FaultReport): void;
}

/** At most so many files are remembered from one scan: what bounds memory on a spool of millions. */
const scanLimit = 125_000;
/** At most so many odd names are remembered. */
const oddLimit = 10_000;

/** Finds the files of a spool: by scans, and sooner by hints that the folder has changed. */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #arrivals = new Set<string>();
  readonly #oddSeen = new Set<string>();
  #watcher: Disposable | undefined;
  #scanAtMs = 0;
  #isCut = true;

  constructor(options: IntakeOptions) {
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

  /** Looks at what has arrived and at `names`; what cannot be looked at is left to the next scan. */
  lookAtArrivals(names: readonly string[]): void {
    const { root, isKnown, onTouched, onFile, onEmpty, onGone, onUnseen } = this.#options;
    const all = [...this.#arrivals, ...names];
    this.#arrivals.clear();
    for (const name of all) {
      if (isKnown(name)) {
        onTouched(name);
        continue;
      }
      const entry = tryToLookAt(root, name);
      if (!entry) onGone(name);
      else if ("fault" in entry) onUnseen(entry);
      else if ("what" in entry) this.#onOdd(entry);
      else if (entry.bytes === 0) onEmpty(entry);
      else onFile(entry, true);
    }
  }

  /**
   * Looks at the whole folder; of a huge one the first files are handed over before the end. One that
   * was made again is listened to from now on. Throws `SpoolFault`, or the reason of `signal`.
   */
  async scan(signal: AbortSignal): Promise<void> {
    const { root, isKnown, intervalMs, onUnseen, onHint } = this.#options;
    const startedMs = performance.now();
    if (this.#options.keepSpool() && this.#watcher) this.#watch();
    this.#isCut = false;
    const onEarly = (files: readonly SpoolFile[]) => {
      for (const file of files) this.#onFound(file);
      onHint();
    };
    const scan = await scanSpool(root, { limit: scanLimit, skip: isKnown, signal, onEarly });
    for (const odd of scan.odd) this.#onOdd(odd);
    for (const unseen of scan.unseen) onUnseen(unseen);
    for (const file of scan.files) this.#onFound(file);
    if (scan.waiting > scan.early + scan.files.length) this.#isCut = true;
    const tookMs = performance.now() - startedMs;
    // A scan of millions must not be all that the service does.
    this.#scanAtMs = performance.now() + Math.max(intervalMs, 10 * tookMs);
  }

  #watch(): void {
    const { root, onHint, onFault } = this.#options;
    const onName = (name: string) => {
      this.#arrivals.add(name);
      onHint();
    };
    this.#watcher?.[Symbol.dispose]();
    this.#watcher = watchSpool(root, onName, (cause) => onFault(noHints(cause, root)));
  }

  #onFound(file: SpoolFile): void {
    const { isKnown, onFile, onEmpty } = this.#options;
    // It may have arrived, and been handed over, while the scan was under way.
    if (isKnown(file.name)) return;
    if (file.bytes === 0) onEmpty(file);
    else onFile(file, false);
  }

  #onOdd(entry: OddEntry): void {
    if (this.#oddSeen.has(entry.name) || this.#oddSeen.size >= oddLimit) return;
    this.#oddSeen.add(entry.name);
    this.#options.onOdd(entry);
  }
}

/** The limits of inotify(7), which the system names like others. */
const watchHints: Readonly<Record<string, string>> = {
  EMFILE:
    "raise the limit of folders watched by this user's programs (sysctl fs.inotify.max_user_instances), or that of open files",
  ENOSPC: "raise the limit of watched folders of this user (sysctl fs.inotify.max_user_watches)",
};

function noHints(cause: unknown, root: string): FaultReport {
  const code = errnoOf(cause);
  const message = `no hints of new files in ${root} (${code ?? (cause as Fault).message}): scans find them`;
  const hint = code && watchHints[code];
  return {
    boundary: "SpoolFault",
    message,
    class: "transient",
    operation: "watch the folder",
    hint,
  };
}
