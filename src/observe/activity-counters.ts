import { overflowLabel } from "../base/label.ts";
import { countTally, type Tally } from "../prepare/tally.ts";
import { addKinds, type WarningTally } from "../prepare/warning-tally.ts";
import { listNames } from "../submission/submission.ts";
import { RefusalGroups } from "./refusal-groups.ts";
import type { Latency, OriginTotals, ShownRefusal, Snapshot, Totals } from "./state.ts";

const maxOrigins = 200;
const maxLatencies = 1024;
const latencyWindowMs = 60_000;

/** The parts of a {@link Snapshot} that are counted from what happens to files. */
export type ActivityCounts = Pick<Snapshot, "totals" | "origins" | "latency" | "refused">;

/** Remembers, in bounded memory, what happened to files since the start, for the status page. */
export class ActivityCounters {
  readonly #now: () => number;
  #totals: Totals = { files: 0, objects: 0, bytes: 0, refused: 0, retried: 0 };
  readonly #origins = new Map<
    string,
    { -readonly [key in keyof OriginTotals]: OriginTotals[key] }
  >();
  readonly #latencies: { atMs: number; seconds: number }[] = [];
  readonly #refused = new RefusalGroups();

  /** `now` is Unix time in milliseconds. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** A file's rows are committed, `latencySeconds` after the file was found. */
  committed(file: { bytes: number; latencySeconds: number }): void {
    const { files, bytes } = this.#totals;
    this.#totals = { ...this.#totals, files: files + 1, bytes: bytes + file.bytes };
    if (this.#latencies.length >= maxLatencies) this.#latencies.shift();
    this.#latencies.push({ atMs: this.#now(), seconds: file.latencySeconds });
  }

  /** These objects are committed. */
  counted(tally: Tally): void {
    const nowMs = this.#now();
    this.#totals = { ...this.#totals, objects: this.#totals.objects + countTally(tally) };
    for (const { list, origin, count } of tally) {
      const entry = this.#originEntry(origin);
      entry[list] += count;
      entry.lastSeenMs = nowMs;
    }
  }

  /** Some of the submissions whose rows are committed were looked at for warnings. */
  lookedAt(tally: WarningTally): void {
    for (const { origin, lookedAt, warned, kinds } of tally) {
      const entry = this.#originEntry(origin);
      entry.lookedAt += lookedAt;
      entry.warned += warned;
      entry.warnings = addKinds(entry.warnings, kinds);
    }
  }

  refused(refused: ShownRefusal): void {
    this.#totals = { ...this.#totals, refused: this.#totals.refused + 1 };
    this.#refused.add(refused);
  }

  retried(): void {
    this.#totals = { ...this.#totals, retried: this.#totals.retried + 1 };
  }

  counts(): ActivityCounts {
    const origins = [...this.#origins.values()].map((entry) => ({ ...entry }));
    origins.sort(
      (a, b) => countOriginObjects(b) - countOriginObjects(a) || (a.origin < b.origin ? -1 : 1),
    );
    return {
      totals: this.#totals,
      origins,
      latency: this.#latency(),
      refused: this.#refused.groups,
    };
  }

  #originEntry(origin: string) {
    const name =
      this.#origins.has(origin) || this.#origins.size < maxOrigins ? origin : overflowLabel;
    const known = this.#origins.get(name);
    if (known) return known;
    const zero = { issues: 0, checkouts: 0, builds: 0, tests: 0, incidents: 0 };
    const looked = { lookedAt: 0, warned: 0, warnings: {} };
    const entry = { origin: name, lastSeenMs: 0, ...zero, ...looked };
    this.#origins.set(name, entry);
    return entry;
  }

  #latency(): Latency {
    const afterMs = this.#now() - latencyWindowMs;
    const seconds = this.#latencies.filter((l) => l.atMs > afterMs).map((l) => l.seconds);
    seconds.sort((a, b) => a - b);
    const quantile = (share: number) => seconds[Math.ceil(share * seconds.length) - 1];
    return { medianSeconds: quantile(0.5), p95Seconds: quantile(0.95) };
  }
}

/** How many objects of all kinds an origin sent. */
export function countOriginObjects(origin: OriginTotals): number {
  let objects = 0;
  for (const list of listNames) objects += origin[list];
  return objects;
}
