import { escapeText } from "../../base/escape-text.ts";
import { type AnyFailure, readFailures } from "../../results/failures.ts";
import { readFirstFailures } from "../../results/first-failures.ts";
import { lastLines, readReasons } from "../../results/reasons.ts";
import { shorten } from "../../submission/text/printable.ts";
import { defineCommand } from "../command.ts";
import { print } from "../print.ts";
import { failureColumns, junitOfBuild, junitOfTest, sinceText } from "./columns.ts";
import { filterFlags, listFlags, readFilter, readLimit, runFlags } from "./flags.ts";
import { isColoured, printOutput, toTable } from "./format.ts";
import { exitCodeFor, note, readFailOn, withResults } from "./with-results.ts";

export const failuresCommand = defineCommand({
  summary:
    "Show what failed on the newest commit of each tree, or on the given commits, and since when. Includes results still waiting for their checkout.",
  args: {
    ...runFlags,
    log: { type: "boolean", description: "show the last lines of each log excerpt" },
    ...filterFlags(
      ...(["origin", "tree", "branch", "commit", "architecture", "config"] as const),
      ...(["compiler", "platform", "lab", "path", "status"] as const),
    ),
    ...listFlags,
  },
  examples: [
    ["kci-ingester results failures --tree mainline", "regressions first"],
    ["kci-ingester results failures --platform 'rk3399*' --log", "one kind of board, with logs"],
    ["kci-ingester results failures --format junit > failures.xml", "for a CI system"],
    [
      "kci-ingester results failures --fail-on regression",
      "exit 1 if something that used to pass fails",
    ],
  ],
  run: (args) =>
    withResults(args.database, async (db) => {
      readFailOn(args["fail-on"]);
      const limit = readLimit(args.limit);
      const filter = await readFilter(db, args);
      const options = { limit, withWaiting: true };
      const { rows, isCut, bound } = await readFirstFailures(db, filter, options);
      const reasons = await reasonsOf(db, rows);
      const output = {
        name: "failures",
        rows,
        columns: failureColumns,
        toJson: ({ run, class: name, verdict, since, history }: AnyFailure) => ({
          kind: "path" in run ? "test" : "build",
          ...run,
          class: name ?? null,
          verdict: verdict ?? null,
          since: since
            ? {
                state: since.state,
                failures: since.failures,
                since: since.since.git_commit_hash,
                last_passed: since.lastPassed?.git_commit_hash ?? null,
                last_passed_id: since.lastPassed?.id ?? null,
              }
            : null,
          history: history.runs.map(({ id, status }) => ({ id, status })),
          error_msg: reasons.get(run.id)?.error_msg ?? null,
          log_lines: lastLines(reasons.get(run.id)?.log_excerpt ?? null, shownLines),
        }),
        toJunit: (failure: AnyFailure) => {
          const { run } = failure;
          const message = [sinceText(failure), reasons.get(run.id)?.error_msg]
            .filter(Boolean)
            .join("; ");
          return "path" in run ? junitOfTest(run, message) : junitOfBuild(run, message);
        },
      };
      if (args.log && !args.json && args.format === undefined) {
        for (const row of rows) {
          await print(toTable({ ...output, rows: [row] }, isColoured()));
          const { error_msg: message, log_excerpt: log = null } = reasons.get(row.run.id) ?? {};
          const lines = [...(message ? [message] : []), ...lastLines(log, shownLines)];
          await print(lines.map((line) => `    ${escapeText(shorten(line, 200))}\n`).join(""));
        }
      } else await printOutput("results failures", output, args);
      if (rows.length === 0) await note("no failures");
      if (isCut) await note(`only ${rows.length} shown; use --limit for more`);
      if (bound)
        await note(
          `of what waits, only the ${bound.count} ${bound.of} ingested last were searched; results waiting shows all`,
        );
      return exitCodeFor(args["fail-on"], {
        failure: () => rows.length > 0,
        async regression() {
          if (isAnyRegression(rows) || !isCut) return isAnyRegression(rows);
          // What is not shown counts, too.
          const { builds, boots, tests } = await readFailures(db, filter);
          return isAnyRegression([...builds, ...boots, ...tests]);
        },
      });
    }),
});

// --- internal ---

function isAnyRegression(failures: readonly AnyFailure[]): boolean {
  return failures.some((failure) => failure.class === "regression");
}

/** How many lines of a log are shown. */
const shownLines = 8;

async function reasonsOf(db: Parameters<typeof readReasons>[0], rows: readonly AnyFailure[]) {
  const ids = (isTest: boolean) =>
    rows.filter(({ run }) => "path" in run === isTest).map(({ run }) => run.id);
  return new Map([
    ...(await readReasons(db, "builds", ids(false))),
    ...(await readReasons(db, "tests", ids(true))),
  ]);
}
