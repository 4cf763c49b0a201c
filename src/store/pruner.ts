import { setTimeout } from "node:timers/promises";
import { childrenFirst } from "../rows/relations.ts";
import type { Table } from "../rows/table.ts";
import { incidents, issues } from "../rows/tables.ts";
import { StoreFault } from "./fault.ts";

/** Which rows are old enough: last ingested before a time, of one origin or of all. */
export interface PruneScope {
  /** UTC, as the tables have it: `2025-01-31T12:00:00.000000Z`. */
  readonly before: string;
  readonly origin?: string | undefined;
}

/** Numbers of rows by table. */
export type RowCounts = Readonly<Record<string, number>>;

/** One small transaction. */
export interface PruneStep {
  readonly table: string;
  readonly deleted: RowCounts;
  /** How much of the table has been looked at, from 0 to 1; absent where nobody knows. */
  readonly share: number | undefined;
}

/** What a database has on its disk that holds no rows. */
export interface Space {
  readonly freeBytes: number;
  readonly usedBytes: number;
}

/**
 * Deletes old rows beside a service that runs. Every failure is a `StoreFault`. Whenever it ends, the tables are
 * right; who begins again goes on with what is left.
 */
export interface Pruner extends AsyncDisposable {
  /** How many rows `deleteRows` would delete, by main table. Changes nothing. */
  countRows(scope: PruneScope): Promise<RowCounts>;
  /** Some rows of a table that are old enough, after those of before, and where they end; none at the end. */
  findRows(
    table: Table,
    scope: PruneScope,
    limit: number,
    after?: PrunePlace,
  ): Promise<FoundRows | undefined>;
  /**
   * Deletes those of the rows that are still old enough and have no children, with the rows that follow from
   * them, in one transaction. Listings that told of them tell of what is left. Returns how many.
   */
  deleteRows(table: Table, scope: PruneScope, ids: readonly string[]): Promise<number>;
  /**
   * Deletes incidents, up to `limit`, of those issues that can go with all their incidents; then, where no more
   * are left, those issues. In one transaction.
   */
  deleteIssues(scope: PruneScope, ids: readonly string[], limit: number): Promise<DeletedIssues>;
  /** What lies idle in the database's file; absent where that is the server's matter. */
  space(): Promise<Space | undefined>;
  /** Gives some idle space back; says whether there is more. `rebuilds`: all of it, and nobody writes meanwhile. */
  giveBack(rebuilds: boolean): Promise<boolean>;
  /** Whether space can be given back in small steps. */
  readonly givesBackInSteps: boolean;
  /** How long others get between two transactions, at the least. */
  readonly pauseMs: number;
}

/** Where a look at a table ended; only its pruner knows what it is. */
export type PrunePlace = readonly (string | number)[];

/**
 * Old rows of a table: their ids, where the look ended, and how much of the table it has seen (0 to 1; absent: unknown).
 */
export interface FoundRows {
  readonly ids: readonly string[];
  readonly end: PrunePlace;
  readonly share: number | undefined;
}

/** How many rows were deleted, and whether no incident of the issues is left. */
export interface DeletedIssues {
  readonly incidents: number;
  readonly issues: number;
  readonly isDone: boolean;
}

/**
 * Deletes all rows that are old enough and not needed by others, step by step: issues, which go only with all their
 * incidents, then what has no children any more. Throws `StoreFault`; a transient one only when it lasts.
 */
export async function* prune(pruner: Pruner, scope: PruneScope): AsyncGenerator<PruneStep> {
  yield* walk(pruner, scope, issues, async ({ ids, share }, pace) => {
    const { isDone, ...deleted } = await pruner.deleteIssues(scope, ids, pace.rows);
    return { isDone, step: { table: issues.name, deleted, share } };
  });
  for (const table of childrenFirst) {
    yield* walk(pruner, scope, table, async ({ ids, share }) => {
      const deleted = await pruner.deleteRows(table, scope, ids);
      return {
        isDone: true,
        step: { table: table.name, deleted: { [table.name]: deleted }, share },
      };
    });
  }
}

/** Gives back what lies idle, step by step, beside a service that runs. */
export async function* giveBack(pruner: Pruner): AsyncGenerator<void> {
  for (;;) {
    const startedMs = performance.now();
    const isMore = await persist(() => pruner.giveBack(false));
    yield;
    if (!isMore) return;
    await setTimeout(Math.max(pruner.pauseMs, performance.now() - startedMs));
  }
}

/** Gives back all that lies idle at once; meanwhile nobody else writes. */
export async function rebuild(pruner: Pruner): Promise<void> {
  await persist(() => pruner.giveBack(true), maxRebuilds);
}

/** The tables of `countRows`, in the order in which they are told. */
export const prunedTables: readonly Table[] = [issues, incidents, ...childrenFirst.slice(1)];

// --- internal ---

/** Of what a transaction should take others must not notice much. */
const goalMs = 50;
const maxRows = 5_000;
const minRows = 100;
/** How often a transient failure is tried again, half a second apart. */
const usualTries = 60;
const maxRebuilds = 6;
const retryMs = 500;

interface Pace {
  rows: number;
}

type Work = (found: FoundRows, pace: Pace) => Promise<{ isDone: boolean; step: PruneStep }>;

async function* walk(
  pruner: Pruner,
  scope: PruneScope,
  table: Table,
  work: Work,
): AsyncGenerator<PruneStep> {
  const pace: Pace = { rows: minRows };
  let after: PrunePlace | undefined;
  for (;;) {
    const found = await persist(() => pruner.findRows(table, scope, pace.rows, after));
    if (!found) return;
    after = found.end;
    for (let isDone = false; !isDone; ) {
      const startedMs = performance.now();
      const done = await persist(() => work(found, pace));
      ({ isDone } = done);
      yield done.step;
      const tookMs = performance.now() - startedMs;
      pace.rows = paced(pace.rows, tookMs);
      const hasWritten = Object.values(done.step.deleted).some((rows) => rows > 0);
      if (hasWritten) await setTimeout(Math.max(pruner.pauseMs, tookMs));
    }
  }
}

function paced(rows: number, tookMs: number): number {
  if (tookMs > 2 * goalMs) return Math.max(minRows, Math.floor(rows / 2));
  return tookMs < goalMs ? Math.min(maxRows, rows * 2) : rows;
}

/** Tries again what fails for now. */
async function persist<T>(work: () => Promise<T>, maxTries = usualTries): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (cause) {
      const isPassing = cause instanceof StoreFault && cause.class === "transient";
      if (!isPassing || tries >= maxTries) throw cause;
      await setTimeout(retryMs);
    }
  }
}
