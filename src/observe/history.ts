import type { Snapshot } from "./state.ts";

/** Seconds between two points: an hour is 720 points. */
export const historyStepSeconds = 5;
const maxPoints = 720;

/** The state at one moment, and the rates since the point before. */
export interface HistoryPoint {
  readonly atMs: number;
  /** Files waiting and in flight. */
  readonly queue: number;
  readonly filesPerSecond: number;
  readonly objectsPerSecond: number;
  readonly bytesPerSecond: number;
  readonly refusedPerSecond: number;
  /** Absent while no file is committed. */
  readonly p95Seconds: number | undefined;
  readonly medianSeconds: number | undefined;
}

/** The last hour, a point every five seconds. */
export class History {
  #points: readonly HistoryPoint[] = [];
  #last: { atMs: number; totals: Snapshot["totals"] } | undefined;

  /** Adds a point; call it every {@link historyStepSeconds}, `atMs` being Unix time. */
  add(snapshot: Snapshot, atMs: number): void {
    const { totals, spool, latency } = snapshot;
    const last = this.#last;
    const seconds = last === undefined ? 0 : (atMs - last.atMs) / 1000;
    const rate = (now: number, before: number) =>
      seconds > 0 ? Math.max(0, (now - before) / seconds) : 0;
    const before = last?.totals ?? totals;
    const point = {
      atMs,
      queue: spool.waiting + spool.inFlight,
      filesPerSecond: rate(totals.files, before.files),
      objectsPerSecond: rate(totals.objects, before.objects),
      bytesPerSecond: rate(totals.bytes, before.bytes),
      refusedPerSecond: rate(totals.refused, before.refused),
      p95Seconds: latency.p95Seconds,
      medianSeconds: latency.medianSeconds,
    };
    this.#points = [...this.#points.slice(1 - maxPoints), point];
    this.#last = { atMs, totals };
  }

  /** Oldest first. */
  get points(): readonly HistoryPoint[] {
    return this.#points;
  }
}
