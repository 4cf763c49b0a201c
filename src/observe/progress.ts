import type { Terminal } from "./terminal.ts";
import { formatBytes, formatCount, formatRate, formatSeconds } from "./units.ts";

/** How far a backlog is worked off. All numbers count from the start of the run. */
export interface ProgressCounts {
  /** Files settled: ingested or refused. */
  readonly files: number;
  /** Files found so far, the settled ones among them. */
  readonly totalFiles: number;
  readonly rows: number;
  readonly bytes: number;
  readonly failed: number;
}

/** Redrawn at most this often. */
const redrawMs = 100;

/** The rate is that of the last seconds, so that the time left follows what the disk does now. */
const windowMs = 10_000;

/** The progress line of a backlog, on a terminal; off a terminal it does nothing. */
export class Progress implements Disposable {
  readonly #terminal: Terminal;
  readonly #now: () => number;
  readonly #startedMs: number;
  #samples: { atMs: number; counts: ProgressCounts }[] = [];
  #drawnMs = Number.NEGATIVE_INFINITY;

  /** `now` is a monotonic clock in milliseconds. */
  constructor(terminal: Terminal, now: () => number = () => performance.now()) {
    this.#terminal = terminal;
    this.#now = now;
    this.#startedMs = now();
  }

  /** Call it as often as you like. */
  update(counts: ProgressCounts): void {
    if (!this.#terminal.isInteractive) return;
    const atMs = this.#now();
    if (atMs - this.#drawnMs < redrawMs) return;
    this.#drawnMs = atMs;
    this.#samples = this.#samples.filter((sample) => sample.atMs > atMs - windowMs);
    this.#samples.push({ atMs, counts });
    this.#terminal.setStatus(this.#line(counts, atMs));
  }

  /** Takes the line away and writes what was done in all. */
  finish(counts: ProgressCounts): void {
    this.#terminal.setStatus("");
    if (!this.#terminal.isWatched) return;
    this.#terminal.writeLine(formatSummary(counts, (this.#now() - this.#startedMs) / 1000));
  }

  [Symbol.dispose](): void {
    this.#terminal.setStatus("");
  }

  #line(counts: ProgressCounts, atMs: number): string {
    const first = this.#samples[0];
    const seconds = first === undefined ? 0 : (atMs - first.atMs) / 1000;
    const done = first === undefined ? 0 : counts.files - first.counts.files;
    const bytes = first === undefined ? 0 : counts.bytes - first.counts.bytes;
    const parts = [
      `${formatCount(counts.files)}/${formatCount(counts.totalFiles)} files`,
      `${formatCount(counts.rows)} rows`,
    ];
    if (seconds > 0) parts.push(`${formatRate(bytes / 1e6 / seconds)} MB/s`);
    if (counts.failed > 0) parts.push(`${formatCount(counts.failed)} failed`);
    if (done > 0) {
      parts.push(`${formatSeconds(((counts.totalFiles - counts.files) * seconds) / done)} left`);
    }
    const text = parts.join("  ");
    const room = this.#terminal.columns - 1;
    const barWidth = Math.min(30, room - text.length - 8);
    const line = barWidth < 5 ? text : `${bar(counts, barWidth)}  ${text}`;
    // A line that wraps could not be erased again.
    return line.slice(0, room);
  }
}

/** `12 files ingested, 1 refused: 3,400 rows, 4.2 MB in 1.5 s (8.7 files/s, 2.8 MB/s)`. */
export function formatSummary(counts: ProgressCounts, seconds: number): string {
  const ingested = counts.files - counts.failed;
  const rate = (amount: number) => formatRate(seconds > 0 ? amount / seconds : 0);
  return [
    `${formatCount(ingested)} ${ingested === 1 ? "file" : "files"} ingested`,
    `, ${formatCount(counts.failed)} refused: `,
    `${formatCount(counts.rows)} rows, ${formatBytes(counts.bytes)} in ${formatSeconds(seconds)}`,
    ` (${rate(counts.files)} files/s, ${rate(counts.bytes / 1e6)} MB/s)`,
  ].join("");
}

function bar(counts: ProgressCounts, width: number): string {
  const share = counts.totalFiles === 0 ? 1 : Math.min(1, counts.files / counts.totalFiles);
  const full = Math.floor(share * width);
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  return `${"█".repeat(full)}${"░".repeat(width - full)} ${percent}`;
}
