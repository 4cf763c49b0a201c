import { toTimestamp } from "../rows/timestamp.ts";
import type { Reader } from "../store/reader.ts";
import { allOf, sql } from "../store/statement.ts";
import { inScope } from "./checkouts-of.ts";
import { newestFirst } from "./identity.ts";
import { type Checkout, type OfCheckout, readCheckouts } from "./runs.ts";

/** The checkouts of one origin, repository and branch. */
export interface HistoryLine {
  /** What tells it from others. */
  readonly key: string;
  /** The newest first; all, or more than were asked for. */
  readonly checkouts: readonly Checkout[];
  /** The place of each among them, by its id. */
  readonly places: ReadonlyMap<string, number>;
}

/** The runs of one thing that were found. */
export interface FoundRuns<R> {
  /** On so many checkouts of its line it was looked for. */
  lookedAt: number;
  readonly runs: Map<string, R>;
}

/**
 * What was read of the past to make one answer: whoever asks for more runs of the same does not have it read again.
 * Of tests, or of builds, always with the same fields.
 */
export class HistoryMemory {
  readonly #lines = new Map<string, KnownLine>();
  readonly #found = new Map<string, FoundRuns<unknown>>();

  /** Reads more than so many checkouts of the lines that some runs are of, or all that there are. */
  async readLines(db: Reader, runs: readonly RunOfLine[], count: number): Promise<void> {
    const byKey = new Map(
      runs.flatMap((run) => (run.checkout_origin === null ? [] : [[keyOf(placed(run)), run]])),
    );
    const isEnough = (line: KnownLine) => line.isWhole || line.checkouts.length > count;
    const missing = () => [...byKey].filter(([key]) => !isEnough(this.#line(key)));
    const unread = missing().filter(([key]) => this.#line(key).checkouts.length === 0);
    // Of trees with many checkouts the last few days have enough.
    const since = unread.length === 0 ? undefined : daysBefore(unread, count / checkoutsOfDay);
    if (since !== undefined) await this.#read(db, unread, since);
    await this.#read(db, missing());
  }

  /** The line of a run, of those that were read; without checkouts where there are none. */
  lineOf(run: OfCheckout): HistoryLine {
    return this.#line(keyOf(placed(run)));
  }

  /** What was found of a thing of a line; nothing at first. */
  found<R>(line: HistoryLine, identity: string): FoundRuns<R> {
    const key = `${line.key}${identity}`;
    const found = this.#found.get(key) ?? { lookedAt: 0, runs: new Map<string, unknown>() };
    this.#found.set(key, found);
    return found as FoundRuns<R>;
  }

  #line(key: string): KnownLine {
    const line = this.#lines.get(key) ?? { key, checkouts: [], places: new Map(), isWhole: false };
    this.#lines.set(key, line);
    return line;
  }

  /** Reads the checkouts of lines, all or since a time. */
  async #read(db: Reader, runs: readonly KeyedRun[], since?: string): Promise<void> {
    if (runs.length === 0) return;
    const each = <T>(read: (run: OfCheckout) => T) => [
      ...new Set(runs.map(([, run]) => read(run))),
    ];
    const scope = inScope({
      origin: each((run) => run.checkout_origin ?? ""),
      url: each((run) => run.git_repository_url),
      branch: each((run) => run.git_repository_branch),
    });
    const isLate = since === undefined ? [] : [sql`c.start_time >= ${db.dialect.time(since)}`];
    const found = Map.groupBy(await readCheckouts(db, allOf([...isLate, scope])), keyOf);
    for (const [key] of runs) {
      const line = this.#line(key);
      // What came meanwhile does not move what is known.
      const last = line.checkouts.at(-1);
      const older = (found.get(key) ?? []).filter((one) => !last || newestFirst(last, one) < 0);
      line.checkouts = [...line.checkouts, ...older.sort(newestFirst)];
      line.places = new Map(line.checkouts.map(({ id }, at) => [id, at]));
      line.isWhole = since === undefined;
    }
  }
}

// --- internal ---

/** A line that is asked for with fewer checkouts in a day is read as a whole. */
const checkoutsOfDay = 2.5;

type RunOfLine = OfCheckout & { readonly start_time: string | null };
type KeyedRun = readonly [key: string, run: RunOfLine];
type KnownLine = { -readonly [Name in keyof HistoryLine]: HistoryLine[Name] } & {
  isWhole: boolean;
};

type Line = Pick<Checkout, "origin" | "git_repository_url" | "git_repository_branch">;

function placed(run: OfCheckout): Line {
  const { git_repository_url, git_repository_branch } = run;
  return { origin: run.checkout_origin ?? "", git_repository_url, git_repository_branch };
}

function keyOf({ origin, git_repository_url, git_repository_branch }: Line): string {
  return JSON.stringify([origin, git_repository_url, git_repository_branch]);
}

/** The time so many days before the oldest of some runs; undefined where none says when it began. */
function daysBefore(runs: readonly KeyedRun[], days: number): string | undefined {
  const starts = runs.flatMap(([, { start_time: start }]) => start ?? []).sort();
  const oldestMs = Date.parse(starts[0] ?? "");
  if (Number.isNaN(oldestMs)) return undefined;
  return toTimestamp(new Date(oldestMs - days * 86_400_000).toISOString()) ?? undefined;
}
