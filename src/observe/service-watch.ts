import { roomOf } from "../base/disk-space.ts";
import { isFullDisk } from "../base/full-disk.ts";
import type { Config } from "../config/config.ts";
import { describeConfig } from "../config/describe-config.ts";
import type { ServiceEvents } from "../events/service-events.ts";
import type { Service } from "../ingest/service.ts";
import type { UploaderState } from "../storage/result.ts";
import { commit, release } from "../version.ts";
import type { ActivityCounters } from "./activity-counters.ts";
import { DependencyWatch } from "./dependency-watch.ts";
import { type DiskName, type DiskReading, groupDisks } from "./disks.ts";
import type { Readings } from "./metrics.ts";
import { notReadyReason, type ProgressFacts, type SpoolOutage } from "./readiness.ts";
import type { Dependency, ServiceState, Snapshot } from "./state.ts";

/** What the observers may ask of what they watch; it may not be there yet. */
export interface Observed {
  numbers(): Service["numbers"] | undefined;
  storage(): UploaderState | undefined;
  /** For whom it stands by, in words; absent once it has the spool. */
  standsBy(): string | undefined;
  /** The disks that are written to, when they were last looked at. */
  disks(): readonly DiskReading[];
}

/** Turns what is known of the service into what the status page and the metrics show. */
export class ServiceWatch implements ServiceState {
  readonly #config: Config;
  readonly #counters: ActivityCounters;
  readonly #observed: Observed;
  readonly #startedAtMs = Date.now();
  readonly #settled = { archived: 0, failed: 0 };
  #movedAtMs = performance.now();
  #storeReadyAtMs: number | undefined;
  readonly #folders: DependencyWatch;
  readonly #database: DependencyWatch;
  readonly #storage: DependencyWatch;

  constructor(config: Config, counters: ActivityCounters, observed: Observed) {
    this.#config = config;
    this.#counters = counters;
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
      onFault: (fault) => {
        if (fault.boundary !== "StoreFault" || fault.isPartial) return;
        const { class: faultClass, code } = fault;
        this.#database.fail({ message: inWords(fault), class: faultClass, code });
      },
      onRecovered: ({ boundary, isPartial }) => {
        if (boundary === "StoreFault" && !isPartial) this.#database.set("up");
      },
    };
  }

  snapshot(): Snapshot {
    const { counts, backlog } = this.#observed.numbers() ?? {};
    const oldestMs = backlog?.oldestMtimeMs;
    return {
      version: release,
      commit,
      startedAtMs: this.#startedAtMs,
      spool: {
        directory: this.#config.spoolDir,
        waiting: backlog?.files ?? 0,
        inFlight: counts?.["in-hand"] ?? 0,
        bytes: backlog?.bytes ?? 0,
        oldestAgeSeconds: oldestMs === undefined ? undefined : (Date.now() - oldestMs) / 1000,
        ...this.#settled,
      },
      ...this.#counters.counts(),
      folders: this.#lookAtFolders(),
      database: this.#database.now,
      storage: this.#lookAtStorage(),
      disks: groupDisks(this.#observed.disks()),
      configuration: Object.entries(describeConfig(this.#config)).map(
        ([name, value]) => [name, String(value)] as const,
      ),
    };
  }

  ready(): string | undefined {
    const why = this.#observed.standsBy();
    return why === undefined ? notReadyReason(this.progress()) : `standby: ${why}`;
  }

  /** What `/ready` and the watchdog go by. */
  progress(): ProgressFacts {
    const nowMs = performance.now();
    const numbers = this.#observed.numbers();
    const queue = (numbers?.counts.queued ?? 0) + (numbers?.counts["in-hand"] ?? 0);
    if (queue === 0) this.#movedAtMs = nowMs;
    return {
      databaseUp: this.#database.now.state === "up",
      databaseFailure: this.#database.failure,
      spoolOutage: this.#spoolOutage,
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
    const counts = this.#observed.numbers()?.counts;
    return {
      queue: spool.waiting + spool.inFlight,
      spoolFiles: {
        waiting: spool.waiting,
        in_flight: spool.inFlight,
        growing: counts?.growing ?? 0,
        to_move: counts?.["to-move"] ?? 0,
        unreadable: counts?.unreadable ?? 0,
        archived: spool.archived,
        failed: spool.failed,
      },
      spoolBytes: spool.bytes,
      oldestFileAgeSeconds: spool.oldestAgeSeconds ?? 0,
      standsBy: this.#observed.standsBy() !== undefined,
      ready: this.ready() === undefined,
      databaseUp: this.#database.now.state === "up",
      spoolUp: this.#spoolOutage === undefined,
      disks: this.#observed.disks(),
      fullDisks: this.#fullDisks,
    };
  }

  /** One line for `systemctl status`. */
  line(): string {
    const why = this.#observed.standsBy();
    if (why !== undefined) return `standby: ${why}`;
    const { spool, totals, folders, database } = this.snapshot();
    const outage = Object.entries({ spool: folders, database })
      .filter(([, { state }]) => state === "down")
      .map(([name, { message }]) => `; ${name} down: ${message}`);
    return `${spool.waiting} waiting, ${totals.files} ingested, ${totals.refused} refused${outage.join("")}`;
  }

  get #spoolOutage(): SpoolOutage | undefined {
    const outage = this.#observed.numbers()?.spoolOutage;
    if (!outage) return undefined;
    const { fault, lastedMs } = outage;
    return { message: inWords(fault), class: fault.class, code: fault.code, lastedMs };
  }

  /** Those with next to no room, and those that nothing can be written to. */
  get #fullDisks(): Set<DiskName> {
    const readings = this.#observed.disks().filter(({ space }) => roomOf(space) === "full");
    const full = new Set(readings.map(({ name }) => name));
    // Which folder of the spool it is shows by the room there; where a quota is used up it does not.
    const isSeen = readings.some(({ name }) => name !== "database");
    if (isFullDisk(this.#spoolOutage?.code) && !isSeen) full.add("spool");
    if (isFullDisk(this.#database.failure?.code)) full.add("database");
    return full;
  }

  #lookAtFolders(): Dependency {
    const outage = this.#spoolOutage;
    this.#folders.set(outage ? "down" : "up", outage?.message);
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
