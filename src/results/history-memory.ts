import type { Reader } from "../store/reader.ts";
import { inScope } from "./checkouts-of.ts";
import { newestFirst } from "./identity.ts";
import { type Checkout, type OfCheckout, readCheckouts } from "./runs.ts";

/** The checkouts of one origin, repository and branch. */
export interface HistoryLine {
  /** What tells it from others. */
  readonly key: string;
  /** The newest first. */
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
  readonly #lines = new Map<string, HistoryLine>();
  readonly #found = new Map<string, FoundRuns<unknown>>();

  /** Reads the lines that some runs are of, those that are not known yet. */
  async readLines(db: Reader, runs: readonly OfCheckout[]): Promise<void> {
    const missing = runs.filter(
      (run) => run.checkout_origin !== null && !this.#lines.has(keyOf(placed(run))),
    );
    if (missing.length === 0) return;
    const each = <T>(read: (run: OfCheckout) => T) => [...new Set(missing.map(read))];
    const scope = inScope({
      origin: each((run) => run.checkout_origin ?? ""),
      url: each((run) => run.git_repository_url),
      branch: each((run) => run.git_repository_branch),
    });
    for (const [key, checkouts] of Map.groupBy(await readCheckouts(db, scope), keyOf)) {
      checkouts.sort(newestFirst);
      const places = new Map(checkouts.map(({ id }, at) => [id, at]));
      this.#lines.set(key, { key, checkouts, places });
    }
  }

  /** The line of a run, of those that were read; without checkouts where there are none. */
  lineOf(run: OfCheckout): HistoryLine {
    const key = keyOf(placed(run));
    return this.#lines.get(key) ?? { key, checkouts: [], places: new Map() };
  }

  /** What was found of a thing of a line; nothing at first. */
  found<R>(line: HistoryLine, identity: string): FoundRuns<R> {
    const key = `${line.key}${identity}`;
    const found = this.#found.get(key) ?? { lookedAt: 0, runs: new Map<string, unknown>() };
    this.#found.set(key, found);
    return found as FoundRuns<R>;
  }
}

// --- internal ---

type Line = Pick<Checkout, "origin" | "git_repository_url" | "git_repository_branch">;

function placed(run: OfCheckout): Line {
  const { git_repository_url, git_repository_branch } = run;
  return { origin: run.checkout_origin ?? "", git_repository_url, git_repository_branch };
}

function keyOf({ origin, git_repository_url, git_repository_branch }: Line): string {
  return JSON.stringify([origin, git_repository_url, git_repository_branch]);
}
