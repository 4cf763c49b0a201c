import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { withDeadline } from "./deadline.ts";
import { runOnce } from "./run-once.ts";
import { median } from "./statistics.ts";
import type { FinishedRows, Target } from "./target.ts";
import type { Workload } from "./workloads.ts";

/** What a workload came to on one kind of database; all times are medians in milliseconds. */
export interface Result {
  workload: string;
  title: string;
  database: string;
  files: number;
  bytes: number;
  rows: number;
  oursMs: number;
  /** All runs, in order. */
  allMs: number[];
  limitMs?: number;
  allLimitMs?: number[];
  ratio?: number;
  goal?: number;
  /** The other binary, all runs in order, and the median of ours / theirs, pair by pair. */
  allAgainstMs?: number[];
  againstRatio?: number;
  peakRssBytes: number;
}

interface PairOptions {
  letter: string;
  workload: Workload;
  target: Target;
  binary: string;
  /** Another binary that is run in turns with the first. */
  against?: string | undefined;
  /** The folder with the files of the workload. */
  source: string;
  pairs: number;
  flags: readonly string[];
}

/** Runs the program and the limit in turns, each in a database of its own. */
export async function measurePairs(options: PairOptions): Promise<Result> {
  const { letter, workload, target, binary, against, source, pairs, flags } = options;
  const names = readdirSync(source);
  const ours: number[] = [];
  const theirs: number[] = [];
  const limits: number[] = [];
  let peakRssBytes = 0;
  let rows = 0;
  let finished: FinishedRows | undefined;
  const runAgainst = async () => {
    if (!against) return;
    await using database = await target.create();
    if (workload.again) await runOnce(against, source, database.url, flags);
    await database.settle();
    theirs.push((await runOnce(against, source, database.url, flags)).ms);
  };
  for (let pair = 0; pair < pairs; pair++) {
    // Each is the first of a pair as often as the second.
    if (pair % 2 === 0) await runAgainst();
    await using database = await target.create();
    if (workload.again) await runOnce(binary, source, database.url, flags);
    await database.settle();
    const cost = await runOnce(binary, source, database.url, flags);
    ours.push(cost.ms);
    peakRssBytes = Math.max(peakRssBytes, cost.rssBytes);
    if (pair % 2 === 1) await runAgainst();
    if (pair === 0) rows = await withDeadline(database.countRows(), "to count the rows");
    if (!workload.goal) continue;
    finished ??= await withDeadline(database.takeRows(), "to read the rows back");
    await using empty = await target.create();
    await empty.settle();
    limits.push(await withDeadline(empty.writeFinished(finished), "to write the limit's rows"));
    const written = await empty.countRows();
    if (written !== rows) throw new Error(`the limit wrote ${written} rows, ours ${rows}`);
  }
  finished?.[Symbol.dispose]();
  const [oursMs, limitMs] = [median(ours), median(limits)];
  return {
    workload: letter,
    title: workload.title,
    database: target.name,
    files: names.length,
    bytes: names.reduce((sum, name) => sum + statSync(join(source, name)).size, 0),
    rows,
    oursMs,
    allMs: ours,
    peakRssBytes,
    ...(against
      ? {
          allAgainstMs: theirs,
          againstRatio: median(ours.map((ms, pair) => ms / (theirs[pair] ?? Number.NaN))),
        }
      : {}),
    ...(workload.goal
      ? { limitMs, allLimitMs: limits, ratio: oursMs / limitMs, goal: workload.goal[target.name] }
      : {}),
  };
}
