import { appendFileSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { asAtWork } from "../../e2e/run-ingester.ts";
import type { Plan } from "../plan.ts";
import type { Scene } from "../scene.ts";
import { maxFileBytes } from "./draw-delivery.ts";
import { killerMark } from "./draw-document.ts";
import { Random } from "./random.ts";
import type { RemoteControl } from "./remote-control.ts";

export interface KeeperOptions {
  scene: Scene;
  seed: string;
  control: RemoteControl;
  /** Where the service's log goes. */
  logFile: string;
  /** Whoever runs the soak wants it to end: a signal from a terminal reaches the service, too. */
  early?: AbortSignal | undefined;
  /** Looks at what the service has left behind, each time it has ended. */
  onDown(): Promise<void>;
  onBroken(what: string): void;
}

/** The longest that a stop may take, and the memory and descriptors that a service may have. */
const maxStopMs = 5_000;
const maxRssBytes = 600 << 20;
const maxDescriptors = 120;

const words = ["--interval", "2", "--max-workers", "3", "--max-file-size", String(maxFileBytes)];
/** Small batches, and deadlines short enough to be met; a worker's silence outlasts those of the store. */
const limits = {
  maxFiles: 20,
  connectTimeoutMs: 1_000,
  statementTimeoutMs: 2_000,
  silenceMs: 10_000,
  emptyMs: 1_000,
};

/** Keeps a service running, whatever ends it, and watches how it ends and what it takes. */
export class Keeper {
  readonly #options: KeeperOptions;
  #child: ReturnType<Scene["start"]> | undefined;
  #asked: { signal: NodeJS.Signals; atMs: number } | undefined;
  #isUp = false;
  #isEnding = false;
  #hitsBefore = 0;
  /** What there was to see. */
  readonly seen = { starts: 0, workersDied: 0, rssBytes: 0, descriptors: 0, stopMs: 0 };

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** Runs services, one after the other, until `end` has stopped the last. */
  async run(): Promise<void> {
    const { control, seed, onDown } = this.#options;
    using _samples = every(500, () => this.#sample());
    using _guard = atExit(() => this.#child?.kill("SIGKILL"));
    while (!this.#isEnding) {
      const random = new Random(`${seed}/start/${this.seen.starts++}`);
      this.#hitsBefore = control.hits;
      this.#isUp = false;
      this.#asked = undefined;
      const child = this.#start(random);
      await Promise.all([this.#follow(child), child.exited]);
      this.#child = undefined;
      this.#check(child.exitCode ?? 0, child.signalCode);
      await onDown();
      await sleep(random.chance(0.5) ? 0 : random.below(800));
    }
  }

  /** Sends a signal to the service that runs. */
  signal(signal: NodeJS.Signals): void {
    if (signal !== "SIGCONT" && signal !== "SIGSTOP") {
      this.#asked ??= { signal, atMs: performance.now() };
    }
    this.#child?.kill(signal);
  }

  /** Stops the service for good; one that does not end in time is killed. */
  end(): void {
    this.#isEnding = true;
    this.signal("SIGTERM");
  }

  #start(random: Random): ReturnType<Scene["start"]> {
    const { scene, control } = this.#options;
    const does = random.weighted({ throw: 5, exit: 5, hang: 1 }) as NonNullable<
      Plan["poison"]
    >["does"];
    const poison = { mark: killerMark, does };
    this.#child = scene.start({ limits, poison, remote: control.path, env: asAtWork }, ...words);
    return this.#child;
  }

  /** Reads the log of a service to its end. */
  async #follow({ stderr }: ReturnType<Scene["start"]>): Promise<void> {
    const { logFile, onBroken } = this.#options;
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of stderr) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (line.includes('"service_started"')) this.#isUp = true;
        if (line.includes('"worker_died"')) this.seen.workersDied++;
        if (/\b(?:TypeError|ReferenceError|RangeError)\b|panic/.test(line)) {
          onBroken(`the program broke: ${line.slice(0, 500)}`);
        }
      }
      appendFileSync(logFile, lines.map((line) => `${line}\n`).join(""));
    }
    appendFileSync(logFile, `${rest}\n`);
  }

  /** Whether a service had a reason to end so. */
  #check(exitCode: number, signal: unknown): void {
    const { control, early, onBroken } = this.#options;
    const [asked, wasHit] = [this.#asked, control.hits > this.#hitsBefore];
    if (asked?.signal === "SIGTERM") {
      const tookMs = Math.round(performance.now() - asked.atMs);
      this.seen.stopMs = Math.max(this.seen.stopMs, tookMs);
      if (tookMs > maxStopMs) onBroken(`I7: a stop took ${tookMs} ms`);
    }
    if (signal === "SIGKILL" && (asked?.signal === "SIGKILL" || wasHit)) return;
    // At its start it says so and ends where a folder or file cannot be had.
    if (!this.#isUp && wasHit && [69, 73, 78].includes(exitCode)) return;
    if (asked?.signal === "SIGTERM") {
      // Before it listens to signals, and at a second one, it ends at once.
      if (exitCode === 0 || exitCode === 143 || signal === "SIGTERM") return;
    }
    if (early?.aborted && [0, 130].includes(exitCode)) return;
    onBroken(`the service ended with code ${exitCode}${signal ? ` (${signal})` : ""}, unasked`);
  }

  #sample(): void {
    const { onBroken } = this.#options;
    const used = usedBy(this.#child?.pid);
    if (!used) return;
    const { rssBytes, descriptors } = used;
    if (rssBytes > maxRssBytes && this.seen.rssBytes <= maxRssBytes) {
      onBroken(`I7: the service takes ${rssBytes >> 20} MB of memory`);
    }
    if (descriptors > maxDescriptors && this.seen.descriptors <= maxDescriptors) {
      onBroken(`I7: the service holds ${descriptors} descriptors`);
    }
    this.seen.rssBytes = Math.max(this.seen.rssBytes, rssBytes);
    this.seen.descriptors = Math.max(this.seen.descriptors, descriptors);
    const stopMs = this.#asked ? performance.now() - this.#asked.atMs : 0;
    if (stopMs > 3 * maxStopMs) this.#child?.kill("SIGKILL");
  }
}

// --- internal ---

function every(ms: number, work: () => void): Disposable {
  const timer = setInterval(work, ms);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Does what must not be left undone should this process end before its time. */
function atExit(work: () => void): Disposable {
  process.on("exit", work);
  return { [Symbol.dispose]: () => process.off("exit", work) };
}

/** What a process takes, where the system tells (Linux). */
function usedBy(pid: number | undefined): { rssBytes: number; descriptors: number } | undefined {
  try {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    if (!kilobytes) return undefined;
    return {
      rssBytes: Number(kilobytes) * 1024,
      descriptors: readdirSync(`/proc/${pid}/fd`).length,
    };
  } catch {
    // It has just ended.
    return undefined;
  }
}
