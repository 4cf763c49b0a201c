import type { KindCounts } from "../prepare/warning-tally.ts";
import type { Mistake, Reason } from "../submission/refusal.ts";
import type { ListName } from "../submission/submission.ts";
import type { Disk } from "./disks.ts";

/** What the HTTP server asks of the service. Both are called often and must be cheap. */
export interface ServiceState {
  /** The state now, as plain data that is not changed afterwards. */
  snapshot(): Snapshot;
  /** Why the service should get no work at present, in words; `undefined` when it is ready. */
  ready(): string | undefined;
}

/** Everything that the status page shows. Times are Unix milliseconds; secrets are masked already. */
export interface Snapshot {
  readonly version: string;
  readonly commit: string;
  readonly startedAtMs: number;
  readonly spool: SpoolState;
  readonly totals: Totals;
  /** Totals by origin since the start, largest first. */
  readonly origins: readonly OriginTotals[];
  readonly latency: Latency;
  /** The refused submissions by what is wrong with them, the kind that was met last first. */
  readonly refused: readonly RefusalGroup[];
  /** The folders of the spool. */
  readonly folders: Dependency;
  readonly database: Dependency;
  readonly storage: Dependency;
  /** The disks that are written to, as far as they are seen from here. */
  readonly disks: readonly Disk[];
  /** The effective configuration, as names and values. */
  readonly configuration: readonly (readonly [name: string, value: string])[];
}

/** What is in the spool, and what left it. */
export interface SpoolState {
  readonly directory: string;
  /** Files found in the spool and not begun. */
  readonly waiting: number;
  /** Files in the hands of workers. */
  readonly inFlight: number;
  /** Bytes of the waiting files. */
  readonly bytes: number;
  /** Age of the oldest waiting file; absent when none waits. */
  readonly oldestAgeSeconds?: number | undefined;
  /** Files that went to `archive/` and `failed/` since the start. */
  readonly archived: number;
  readonly failed: number;
}

/** What was done since the start. */
export interface Totals {
  readonly files: number;
  /** Objects of the ingested submissions: checkouts, builds, tests, issues and incidents. */
  readonly objects: number;
  readonly bytes: number;
  readonly refused: number;
  readonly retried: number;
}

/** How many objects of each kind came from an origin since the start, and when the last did (epoch milliseconds). */
export type OriginTotals = { readonly origin: string; readonly lastSeenMs: number } & {
  readonly [list in ListName]: number;
} & {
  /** Submissions that were looked at for warnings, those of them that have one, and how many have each kind. */
  readonly lookedAt: number;
  readonly warned: number;
  readonly warnings: KindCounts;
};

/** Seconds from the moment a file was found to its commit, over the last minute; absent when none was committed. */
export interface Latency {
  readonly medianSeconds?: number | undefined;
  /** 95 of 100 files took no longer. */
  readonly p95Seconds?: number | undefined;
}

/** Refused submissions that have the same thing wrong with them. */
export interface RefusalGroup {
  /** The reason, or the kind of the first mistake where the reason is `invalid`: `unknown-field`. */
  readonly kind: string;
  /** How many files since the start. */
  readonly files: number;
  /** Where they came from, the last first. */
  readonly origins: readonly string[];
  /** The last of them, newest first. */
  readonly newest: readonly ShownRefusal[];
}

/** A refused submission as the page shows it; `whenMs` is in epoch milliseconds. */
export interface ShownRefusal {
  readonly file: string;
  readonly origins: readonly string[];
  readonly reason: Reason;
  readonly message: string;
  readonly whenMs: number;
  readonly issues: readonly Mistake[];
  /** How many mistakes there are in all; `issues` holds the first of them. */
  readonly issueCount: number;
}

/** A folder, a database or a server that the service leans on. */
export interface Dependency {
  /** Where it is, secrets masked. */
  readonly target: string;
  /** `off`: not used, by configuration. */
  readonly state: "up" | "down" | "off" | "unknown";
  /** What is wrong and what to do, or what else there is to say. */
  readonly message?: string | undefined;
  /** When it came into this state. */
  readonly sinceMs: number;
}
