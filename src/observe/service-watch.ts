import type { Config } from "../config/config.ts";
import { describeConfig } from "../config/describe-config.ts";
import type { Service } from "../ingest/service.ts";
import type { ServiceEvents } from "../ingest/service-events.ts";
import type { UploaderState } from "../storage/uploader.ts";
import { commit, release } from "../version.ts";
import type { Board } from "./board.ts";
import type { Readings } from "./metrics.ts";
import { notReadyReason, type ProgressFacts } from "./readiness.ts";
import type { Dependency, ServiceState, Snapshot } from "./state.ts";

/** What the observers may ask of what they watch; it may not be there yet. */
export interface Observed {
  numbers(): Service["numbers"] | undefined;
  storage(): UploaderState | undefined;
}

/** Turns what is known of the service into what the status page and the metrics show. */
export class ServiceWatch implements ServiceState {
  readonly #config: Config;
  readonly #board: Board;
  readonly #observed: Observed;
  readonly #startedAtMs = Date.now();
  readonly #settled = { archived: 0, failed: 0 };
  #movedAtMs = performance.now();
  #database: Dependency;

  constructor(config: Config, board: Board, observed: Observed) {
    this.#config = config;
    this.#board = board;
    this.#observed = observed;
    const target = String(describeConfig(config).database);
    this.#database = { target, state: "unknown", sinceMs: this.#startedAtMs };
  }

  /** How it learns what happens. */
  get events(): ServiceEvents {
    return {
      onSettled: (_file, what) => {
        this.#movedAtMs = performance.now();
        if (what === "archive") this.#settled.archived++;
        if (what === "refuse") this.#settled.failed++;
      },
      onIngested: () => this.#setDatabase("up"),
      onStoreReady: () => this.#setDatabase("up"),
      onFault: ({ boundary, message, hint }) => {
        if (boundary === "StoreFault")
          this.#setDatabase("down", hint ? `${message} – ${hint}` : message);
      },
      onRecovered: ({ boundary }) => {
        if (boundary === "StoreFault") this.#setDatabase("up");
      },
    };
  }

  snapshot(): Snapshot {
    const numbers = this.#observed.numbers();
    const oldest = numbers?.oldestMtimeMs;
    return {
      version: release,
      commit,
      startedAtMs: this.#startedAtMs,
      spool: {
        directory: this.#config.spoolDir,
        waiting: numbers?.queued ?? 0,
        inFlight: numbers?.inHand ?? 0,
        bytes: numbers?.queuedBytes ?? 0,
        oldestAgeSeconds: oldest === undefined ? undefined : (Date.now() - oldest) / 1000,
        ...this.#settled,
      },
      ...this.#board.counts(),
      database: this.#database,
      storage: this.#storage(),
      configuration: Object.entries(describeConfig(this.#config)).map(
        ([name, value]) => [name, String(value)] as const,
      ),
    };
  }

  ready(): string | undefined {
    return notReadyReason(this.progress());
  }

  /** What `/ready` and the watchdog judge by. */
  progress(): ProgressFacts {
    const nowMs = performance.now();
    const numbers = this.#observed.numbers();
    const queue = (numbers?.queued ?? 0) + (numbers?.inHand ?? 0);
    if (queue === 0) this.#movedAtMs = nowMs;
    return {
      databaseUp: this.#database.state === "up",
      queue,
      movedAtMs: this.#movedAtMs,
      loopAtMs: numbers?.loopAtMs ?? nowMs,
      nowMs,
    };
  }

  /** What is read at each scrape. */
  readings(): Readings {
    const { spool } = this.snapshot();
    const numbers = this.#observed.numbers();
    return {
      queue: spool.waiting + spool.inFlight,
      spoolFiles: {
        waiting: spool.waiting,
        in_flight: spool.inFlight,
        unripe: numbers?.unripe ?? 0,
        unsettled: numbers?.unsettled ?? 0,
        archived: spool.archived,
        failed: spool.failed,
      },
      spoolBytes: spool.bytes,
      oldestFileAgeSeconds: spool.oldestAgeSeconds ?? 0,
      databaseUp: this.#database.state === "up",
    };
  }

  /** One line for `systemctl status`. */
  line(): string {
    const { spool, totals, database } = this.snapshot();
    const trouble = database.state === "down" ? `; database down: ${database.message}` : "";
    return `${spool.waiting} waiting, ${totals.files} ingested, ${totals.refused} refused${trouble}`;
  }

  #setDatabase(state: Dependency["state"], message?: string): void {
    const { target } = this.#database;
    const sinceMs = this.#database.state === state ? this.#database.sinceMs : Date.now();
    this.#database = { target, state, message, sinceMs };
  }

  #storage(): Dependency {
    const state = this.#observed.storage();
    const target = this.#config.excerpts?.baseUrl ?? "none";
    const sinceMs = this.#startedAtMs;
    if (!state) return { target, state: "off", message: "excerpts are stored inline", sinceMs };
    return {
      target,
      state: state.breaker === "closed" ? "up" : "down",
      message: state.reason,
      sinceMs,
    };
  }
}
