import { readWord } from "../../config/settings.ts";
import { checkoutsOf, toScope } from "../../results/checkouts-of.ts";
import { type ComparedBuild, type ComparedTest, compareCheckouts } from "../../results/compare.ts";
import { countClasses, type Pair } from "../../results/pair-runs.ts";
import { type ComparisonClass, comparisonClasses } from "../../results/verdict.ts";
import { defineCommand } from "../command.ts";
import { valuesOf } from "../parse-arguments.ts";
import { failOnFlag, filterFlags, findCommit, limitFlag, readLimit, tableFlags } from "./flags.ts";
import { type OutputColumn, printOutput } from "./format.ts";
import { exitCodeFor, note, readFailOn, withResults } from "./with-results.ts";

export const compareCommand = defineCommand({
  summary: "Compare two commits, older first: what fails now, what was fixed, what is new.",
  args: {
    ...tableFlags,
    ...filterFlags("origin", "tree", "branch"),
    class: {
      type: "string",
      valueHint: "CLASS",
      description: `only this class; may be repeated: ${comparisonClasses.join(", ")}`,
      repeatable: true,
    },
    limit: limitFlag,
    "fail-on": failOnFlag,
  },
  operands: "COMMIT COMMIT",
  examples: [
    ["kci-ingester results compare v6.16 v6.17 --tree mainline", "everything that changed"],
    ["kci-ingester results compare v6.16 latest --class regression", "one class"],
    ["kci-ingester results compare v6.16 latest --fail-on regression", "for CI"],
  ],
  run: (args) =>
    withResults(args.database, async (db) => {
      readFailOn(args["fail-on"]);
      const classes = valuesOf(args.class).map((value) =>
        readWord({ name: "--class", value }, "regression", comparisonClasses),
      );
      const [origin, tree, branch] = [args.origin, args.tree, args.branch].map(valuesOf);
      const scope = toScope({ origin, tree, branch });
      const [a = "", b = ""] = args._;
      const older = await findCommit(db, a, scope);
      const newer = await findCommit(db, b, scope);
      const idsOf = async (hash: string) =>
        (await checkoutsOf(db, hash, scope)).map(({ id }) => id);
      const compared = await compareCheckouts(db, await idsOf(older), await idsOf(newer));
      const all: Row[] = (["builds", "boots", "tests"] as const).flatMap((kind) =>
        compared[kind].map((pair) => ({ ...pair, kind: kind.slice(0, -1) })),
      );
      all.sort((x, y) => comparisonClasses.indexOf(x.class) - comparisonClasses.indexOf(y.class));
      const chosen = all.filter((pair) => classes.length === 0 || classes.includes(pair.class));
      const rows = chosen.slice(0, readLimit(args.limit));
      const counts = Object.fromEntries(
        (["builds", "boots", "tests"] as const).map((kind) => [kind, countClasses(compared[kind])]),
      );
      const side = (hash: string, tally: (typeof compared)["older"]) => ({
        git_commit_hash: hash,
        ...tally,
      });
      const more = {
        older: side(older, compared.older),
        newer: side(newer, compared.newer),
        classes: counts,
      };
      await printOutput("results compare", { name: "pairs", rows, columns, more, toJson }, args);
      if (chosen.length > rows.length)
        await note(`only ${rows.length} of ${chosen.length} shown; use --limit for more`);
      if (chosen.length === 0) await note("no changes");
      return exitCodeFor(args["fail-on"], {
        failure: () =>
          [compared.newer.builds, compared.newer.boots, compared.newer.tests].some(
            ({ FAIL }) => FAIL > 0,
          ),
        regression: () => all.some((pair) => pair.class === "regression" && !pair.isInconclusive),
      });
    }),
});

// --- internal ---

interface Row extends Pair<ComparedBuild | ComparedTest> {
  readonly kind: string;
}

const either = (row: Row) => row.newer ?? row.older;
const columns: readonly OutputColumn<Row>[] = [
  { title: "class", value: (row) => row.class satisfies ComparisonClass },
  { title: "kind", value: ({ kind }) => kind },
  { title: "path", value: (row) => partOf(either(row), "path") },
  { title: "platform", value: (row) => partOf(either(row), "platform") },
  { title: "config", value: (row) => either(row)?.config_name },
  { title: "architecture", value: (row) => either(row)?.architecture },
  { title: "older", value: ({ older }) => (older ? (older.status ?? "NULL") : null) },
  { title: "newer", value: ({ newer }) => (newer ? (newer.status ?? "NULL") : null) },
  { title: "id", value: (row) => either(row)?.id },
];

function partOf(run: ComparedBuild | ComparedTest | undefined, part: "path" | "platform") {
  return run && part in run ? (run as ComparedTest)[part] : null;
}

function toJson({ class: name, isInconclusive, kind, older, newer }: Row) {
  return {
    class: name,
    is_inconclusive: isInconclusive,
    kind,
    older: older ?? null,
    newer: newer ?? null,
  };
}
