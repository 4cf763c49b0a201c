import type { Config } from "../config/config.ts";
import { describeConfig } from "../config/describe-config.ts";
import type { Service } from "../ingest/service.ts";
import type { ServiceEvents } from "../ingest/service-events.ts";
import type { UploaderState } from "../storage/uploader.ts";
import { commit, release } from "../version.ts";
import type { Board } from "./board.ts";
import { DependencyWatch } from "./dependency-watch.ts";
import type { Readings } from "./metrics.ts";
import { notReadyReason, type ProgressFacts, type SpoolTrouble } from "./readiness.ts";
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
  #storeReadyAtMs: number | undefined;
  readonly #folders: DependencyWatch;
  readonly #database: DependencyWatch;
  readonly #storage: DependencyWatch;

  constructor(config: Config, board: Board, observed: Observed) {
    this.#config = config;
    this.#board = board;
    this.#observed = observed;
    this.#folders = new DependencyWatch(config.spoolDir);
    this.#database = new DependencyWatch(String(describeConfig(config).database));
    this.#storage = new DependencyWatch(config.excerpts?.baseUrl ?? "not used");
  }

  /** How it learns what happens. */
  get events(): ServiceEvents {
    return {
      onSettled: (_file, what) => {
        this.#movedAtMs = performance.now();
        if (what === "archive") this.#settled.archived++;
        if (what === "refuse") this.#settled.failed++;
      },
      onIngested: () => this.#database.set("up"),
      onStoreReady: () => {
        this.#storeReadyAtMs = performance.now();
        this.#database.set("up");
      },
      onFault: ({ boundary, message, hint, isPartial }) => {
        if (boundary === "StoreFault" && !isPartial)
          this.#database.set("down", inWords({ message, hint }));
      },
      onRecovered: ({ boundary, isPartial }) => {
        if (boundary === "StoreFault" && !isPartial) this.#database.set("up");
      },
    };
  }

  snapshot(): Snapshot {
    const numbers = this.#observed.numbers();
    const aside = numbers?.aside ?? [];
    const times = [numbers?.oldestMtimeMs, ...aside.map((file) => file.mtimeMs)];
    const oldest = times.reduce((a, b) => (a === undefined || (b ?? a) < a ? b : a));
    return {
      version: release,
      commit,
      startedAtMs: this.#startedAtMs,
      spool: {
        directory: this.#config.spoolDir,
        waiting: (numbers?.queued ?? 0) + aside.length,
        inFlight: numbers?.inHand ?? 0,
        bytes: aside.reduce((sum, file) => sum + file.bytes, numbers?.queuedBytes ?? 0),
        oldestAgeSeconds: oldest === undefined ? undefined : (Date.now() - oldest) / 1000,
        ...this.#settled,
      },
      ...this.#board.counts(),
      folders: this.#lookAtFolders(),
      database: this.#database.now,
      storage: this.#lookAtStorage(),
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
      databaseUp: this.#database.now.state === "up",
      spoolTrouble: this.#spoolTrouble,
      queue,
      movedAtMs: this.#movedAtMs,
      // Until the database is there for the first time the main loop does not go round.
      loopAtMs:
        this.#storeReadyAtMs === undefined
          ? nowMs
          : Math.max(numbers?.loopAtMs ?? nowMs, this.#storeReadyAtMs),
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
      databaseUp: this.#database.now.state === "up",
      spoolUp: this.#spoolTrouble === undefined,
    };
  }

  /** One line for `systemctl status`. */
  line(): string {
    const { spool, totals, folders, database } = this.snapshot();
    const trouble = Object.entries({ spool: folders, database })
      .filter(([, { state }]) => state === "down")
      .map(([name, { message }]) => `; ${name} down: ${message}`);
    return `${spool.waiting} waiting, ${totals.files} ingested, ${totals.refused} refused${trouble.join("")}`;
  }

  get #spoolTrouble(): SpoolTrouble | undefined {
    const trouble = this.#observed.numbers()?.spoolTrouble;
    if (!trouble) return undefined;
    const { fault, lastedMs } = trouble;
    return { message: inWords(fault), class: fault.class, lastedMs };
  }

  #lookAtFolders(): Dependency {
    const trouble = this.#spoolTrouble;
    this.#folders.set(trouble ? "down" : "up", trouble?.message);
    return this.#folders.now;
  }

  #lookAtStorage(): Dependency {
    const state = this.#observed.storage();
    if (!state) this.#storage.set("off", "log excerpts are stored in the database");
    else this.#storage.set(state.breaker === "closed" ? "up" : "down", state.reason);
    return this.#storage.now;
  }
}

// --- internal ---

/** What is wrong, and what to do. */
function inWords({ message, hint }: { message: string; hint?: string | undefined }): string {
  return hint ? `${message} – ${hint}` : message;
}
