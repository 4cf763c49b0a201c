import type { BreakerState } from "./breaker.ts";

/**
 * What became of one text that was asked for; a value of the metric `excerpt_uploads_total`.
 * Each distinct text gets exactly one, from `ask` or, when its text is wanted, from `upload`;
 * `background` comes on top.
 *
 * Stored, to be linked:
 * - `uploaded`: sent now; `found`: an earlier run or another service had sent it;
 * - `cached`: this process knew that it is there; `shared`: another worker's upload was under way.
 *
 * Not known to be stored, stays inline:
 * - `inline_failed`: tried and given up; `inline_open`: the breaker is open;
 * - `inline_late`: not done within `maxWaitMs`; `inline_full`: too much is waiting already;
 * - `inline_stopped`: the service is stopping.
 *
 * - `background`: stored when nobody waited any more; the next to ask finds it cached.
 */
export const excerptResults = [
  "uploaded",
  "found",
  "cached",
  "shared",
  "inline_failed",
  "inline_open",
  "inline_late",
  "inline_full",
  "inline_stopped",
  "background",
] as const;
/** How an excerpt ended, as metrics count it. */
export type ExcerptResult = (typeof excerptResults)[number];

/** What the uploader tells the rest of the process. Neither may throw. */
export interface UploaderHooks {
  readonly count: (result: ExcerptResult) => void;
  /** Called when the server's state changes, never per text. */
  readonly log: (level: "info" | "warn", event: string, fields: Record<string, string>) => void;
}

/** What the uploader does at the moment. */
export interface UploaderState {
  readonly breaker: BreakerState;
  /** Texts being sent. */
  readonly inFlight: number;
  /** Texts that wait for a free connection. */
  readonly queued: number;
  /** Hashes known to be stored. */
  readonly cached: number;
  /** What opened the breaker; absent when it is closed. */
  readonly reason?: string;
}

/** What `ask` returns. */
export interface Asked {
  /** URLs by hash. */
  readonly urls: ReadonlyMap<string, string>;
  readonly wanted: readonly string[];
}
