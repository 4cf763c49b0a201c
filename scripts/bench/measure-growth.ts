import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { withDeadline } from "./deadline.ts";
import { fillScattered } from "./fill-scattered.ts";
import { fillWith } from "./fill-targets.ts";
import { makeSmall } from "./make-submissions.ts";
import { runOnce } from "./run-once.ts";
import { median } from "./statistics.ts";
import type { FinishedRows, Target } from "./target.ts";

/** All runs, in order, on empty tables and on filled ones, in milliseconds; and the median of their ratios. */
interface Course {
  readonly emptyMs: number[];
  readonly filledMs: number[];
  growth: number;
}

/** How much dearer the same files are, and the same rows for the limit, where many rows are there already. */
export interface Growth {
  readonly database: string;
  readonly testsBeforehand: number;
  readonly files: number;
  readonly ours: Course;
  readonly limit: Course;
}

const [testsBeforehand, files] = [5_000_000, 10_000];

/** Runs the program and the limit in turns, on empty tables and on copies of filled ones. */
export async function measureGrowth(options: {
  target: Target;
  binary: string;
  folder: string;
  pairs: number;
  flags: readonly string[];
}): Promise<Growth> {
  const { target, binary, folder, pairs, flags } = options;
  const source = join(folder, "files-g");
  mkdirSync(source);
  await makeSmall(source, files);
  await using filled = await target.create();
  await fillWith(filled.url, (to) => fillScattered(to, testsBeforehand));
  const ours: Course = { emptyMs: [], filledMs: [], growth: 0 };
  const limit: Course = { emptyMs: [], filledMs: [], growth: 0 };
  let finished: FinishedRows | undefined;
  const runBoth = async (from?: typeof filled) => {
    const list = from ? "filledMs" : "emptyMs";
    {
      await using database = await target.create(from);
      await database.settle();
      ours[list].push((await runOnce(binary, source, database.url, flags)).ms);
      finished ??= await withDeadline(database.takeRows(), "to read the rows back");
    }
    await using database = await target.create(from);
    await database.settle();
    const writing = database.writeFinished(finished);
    limit[list].push(await withDeadline(writing, "to write the limit's rows"));
  };
  for (let pair = 0; pair < pairs; pair++) {
    // The rows of the limit are those of the first run on empty tables.
    const inTurns = pair % 2 === 0 ? [undefined, filled] : [filled, undefined];
    for (const from of inTurns) await runBoth(from);
  }
  finished?.[Symbol.dispose]();
  rmSync(source, { recursive: true });
  for (const course of [ours, limit]) {
    course.growth = median(course.filledMs.map((ms, n) => ms / (course.emptyMs[n] ?? Number.NaN)));
  }
  return { database: target.name, testsBeforehand, files, ours, limit };
}
