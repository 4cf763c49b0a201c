import type { SpoolFile } from "../spool/spool.ts";
import type { WorkerStep } from "../worker/protocol.ts";
import type { Trial } from "./crash-evidence.ts";

/** How often memory is looked at while a suspect is alone in hand, and what growth is noted. */
const sampleMs = 25;
const notedGrowthBytes = 16 << 20;
/** So often the note says that the program still lives, in milliseconds. */
const signMs = 1_000;

interface TrialOptions {
  residentBytes(): number;
  /** What is known of the trial has changed. */
  onChange(): void;
}

/** Watches how much memory a file takes while it is alone in hand. */
export class CrashTrial implements Disposable {
  readonly #options: TrialOptions;
  readonly #sampler: NodeJS.Timeout;
  #facts: Trial;

  constructor({ bytes }: SpoolFile, isStoreWell: boolean, options: TrialOptions) {
    this.#options = options;
    const startedMs = Date.now();
    const baseBytes = options.residentBytes();
    this.#facts = {
      ...{ bytes, startedMs, seenMs: startedMs, baseBytes, peakBytes: baseBytes },
      ...{ step: "read", isStoreWell },
    };
    this.#sampler = setInterval(() => this.#sample(), sampleMs);
  }

  get facts(): Trial {
    return this.#facts;
  }

  /** The worker begins a step. */
  onStep(step: WorkerStep): void {
    if (this.#facts.step !== step) this.#note({ step });
  }

  [Symbol.dispose](): void {
    clearInterval(this.#sampler);
  }

  #sample(): void {
    const peakBytes = Math.max(this.#facts.peakBytes, this.#options.residentBytes());
    const hasGrown = peakBytes >= this.#facts.peakBytes + notedGrowthBytes;
    if (hasGrown || Date.now() - this.#facts.seenMs >= signMs) this.#note({ peakBytes });
  }

  #note(what: Partial<Trial>): void {
    const peakBytes = Math.max(this.#facts.peakBytes, this.#options.residentBytes());
    this.#facts = { ...this.#facts, peakBytes, ...what, seenMs: Date.now() };
    this.#options.onChange();
  }
}
