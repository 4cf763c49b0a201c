import type { SpoolFile } from "../spool/spool.ts";
import { type LaneEvents, LaneHandle } from "./lane-handle.ts";
import type { BatchResult, ExcerptStorage, LaneConfig, LaneStep } from "./lane-protocol.ts";
import { Turns } from "./turns.ts";

export interface PoolOptions {
  spawn: () => Worker;
  lane: LaneConfig;
  maxLanes: number;
  /** How many lanes may write at once. */
  parallelWrites: number;
  /** How long a lane may be silent; a batch's bytes come on top, at 1 MB a second. */
  silenceMs: number;
  /** Where excerpts go; absent: they stay inline. */
  excerpts?: ExcerptStorage;
  onDone(files: readonly SpoolFile[], result: BatchResult): void;
  onDeath(files: readonly SpoolFile[], reason: string): void;
  onStep?(step: LaneStep): void;
}

/** The lanes of a service: started as the backlog needs them, replaced when they die or hang. */
export class LanePool implements Disposable {
  readonly #options: PoolOptions;
  readonly #lanes = new Set<LaneHandle>();
  readonly #turns: Turns<LaneHandle>;
  readonly #events: LaneEvents;
  readonly #watchdog: NodeJS.Timeout;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#turns = new Turns(options.parallelWrites);
    this.#events = this.#handlers();
    this.#watchdog = setInterval(() => this.#killSilent(), 1_000);
  }

  get size(): number {
    return this.#lanes.size;
  }

  get busy(): number {
    return [...this.#lanes].filter((lane) => !lane.isIdle).length;
  }

  get filesInHand(): number {
    return [...this.#lanes].reduce((sum, lane) => sum + lane.filesInHand.length, 0);
  }

  /** Whether a batch could be handed out now. */
  get hasRoom(): boolean {
    return this.#lanes.size < this.#options.maxLanes || this.busy < this.#lanes.size;
  }

  /** Hands a batch to an idle lane, or to a new one. */
  ingest(files: readonly SpoolFile[]): void {
    this.#idleLane().ingest(files);
  }

  /** Lets a lane show that it can live without any file; `onDone` or `onDeath` tells, with no files. */
  probe(): void {
    this.#idleLane().probe();
  }

  /** Starts a lane; one that stands by answers its first batch sooner. */
  start(): LaneHandle {
    const { spawn, lane: config } = this.#options;
    const lane = new LaneHandle(spawn(), config, this.#events);
    this.#lanes.add(lane);
    return lane;
  }

  /** Asks all lanes to give back what they are not writing. */
  askToStop(): void {
    for (const lane of this.#lanes) lane.askToStop();
  }

  /**
   * Lets the idle lanes close their stores, one after the other, so that the last finds itself alone with
   * its database: for at most `limitMs` together. Then nothing may be handed out any more.
   */
  async closeStores(limitMs: number): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, limitMs);
    const closing = async () => {
      for (const lane of this.#lanes) await lane.close();
    };
    await Promise.race([closing(), late]);
    clearTimeout(timer);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#watchdog);
    for (const lane of this.#lanes) lane[Symbol.dispose]();
    this.#lanes.clear();
  }

  /**
   * One whose database is well comes first: where the server has fewer connections than there are lanes,
   * that one holds a connection which the others wait for. Else the one that failed longest ago.
   */
  #idleLane(): LaneHandle {
    const idle = [...this.#lanes].filter((lane) => lane.isIdle);
    const [first] = idle.sort((one, other) => one.failedAtMs - other.failedAtMs);
    return first ?? this.start();
  }

  #handlers(): LaneEvents {
    const { onDone, onDeath, onStep, excerpts } = this.#options;
    return {
      onDone: (_lane, files, result) => onDone(files, result),
      onDeath: (lane, files, reason) => {
        this.#lanes.delete(lane);
        this.#turns.release(lane);
        onDeath(files, reason);
      },
      onTurnWanted: (lane) => this.#turns.request(lane, () => lane.grantTurn()),
      onTurnEnded: (lane) => this.#turns.release(lane),
      onExcerptsAsked: (lane, hashes) =>
        lane.answerAsked(excerpts?.ask(hashes) ?? { urls: new Map(), wanted: [] }),
      onExcerpts: (lane, texts) =>
        void excerpts?.upload(texts).then((urls) => lane.answerExcerpts(urls)),
      onStep: (_lane, step) => onStep?.(step),
    };
  }

  #killSilent(): void {
    for (const lane of this.#lanes) {
      const limitMs = this.#options.silenceMs + lane.bytesInHand / 1_000;
      if (lane.silentMs > limitMs) lane.kill(`no sign of life for ${Math.round(limitMs)} ms`);
    }
  }
}
