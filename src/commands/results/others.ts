import { formatCountOf } from "../../observe/units.ts";
import { type Hardware, readHardware, readRecentHardware } from "../../results/hardware.ts";
import { type Incident, type Issue, readIncidentsOf, readIssues } from "../../results/issues.ts";
import { readWaitingBuilds, readWaitingTests, type Waiting } from "../../results/waiting.ts";
import { nameOfCommit } from "../../results/words.ts";
import { allOf, isOneOf, ownText, type Statement } from "../../store/statement.ts";
import { defineCommand, exitCodes } from "../command.ts";
import { countColumns, shortTime } from "./columns.ts";
import {
  allFlag,
  filterFlags,
  limitFlag,
  readFilter,
  readLimit,
  tableFlags,
  timeFlags,
} from "./flags.ts";
import { type OutputColumn, printOutput } from "./format.ts";
import { note, tellOfBound, withResults } from "./with-results.ts";

export const hardwareCommand = defineCommand({
  summary: "List the platforms that tests ran on, and their results.",
  args: {
    ...tableFlags,
    ...filterFlags("origin", "tree", "branch", "commit", "platform", "lab", "path"),
    ...timeFlags,
    limit: limitFlag,
    all: allFlag,
  },
  examples: [
    ["kci-ingester results hardware", "every platform, most recently seen first"],
    ["kci-ingester results hardware --tree mainline --since 7d", "for one tree, this week"],
  ],
  run: (args) =>
    withResults(args.database, async (db) => {
      const filter = await readFilter(db, args);
      const { rows: all, bound } = args.all
        ? { rows: await readHardware(db, filter), bound: undefined }
        : await readRecentHardware(db, filter);
      const rows = all.slice(0, readLimit(args.limit));
      await printOutput(
        "results hardware",
        { name: "hardware", rows, columns: hardwareColumns },
        args,
      );
      if (rows.length < all.length)
        await note(`only ${rows.length} of ${all.length} shown; use --limit for more`);
      await tellOfBound(bound);
      return exitCodes.ok;
    }),
});

interface FoundIssue extends Issue {
  readonly incidents: readonly Incident[];
}

export const issuesCommand = defineCommand({
  summary: "List known issues, with where each was first and last found.",
  args: { ...tableFlags, ...filterFlags("origin"), limit: limitFlag },
  examples: [["kci-ingester results issues", "most recently ingested first"]],
  run: (args) =>
    withResults(args.database, async (db) => {
      const { origin } = await readFilter(db, args);
      const conditions: Statement[] = origin ? [isOneOf(ownText("i.origin"), origin)] : [];
      const limit = readLimit(args.limit);
      const found = await readIssues(db, allOf(conditions), limit + 1);
      const issues = found.slice(0, limit);
      const incidents = await readIncidentsOf(
        db,
        issues.map(({ id }) => id),
      );
      const rows = issues.map((issue) => ({ ...issue, incidents: incidents.get(issue.id) ?? [] }));
      await printOutput("results issues", { name: "issues", rows, columns: issueColumns }, args);
      if (rows.length === 0) await note("no issues");
      if (found.length > limit) await note(`only ${rows.length} shown; use --limit for more`);
      return exitCodes.ok;
    }),
});

interface WaitingRow extends Waiting {
  readonly kind: string;
}

export const waitingCommand = defineCommand({
  summary: "Show results that refer to a build or checkout that has not arrived.",
  args: { ...tableFlags, limit: limitFlag },
  examples: [["kci-ingester results waiting", "the missing ids, most wanted first"]],
  run: (args) =>
    withResults(args.database, async (db) => {
      const limit = readLimit(args.limit);
      const [tests, builds] = [
        await readWaitingTests(db, limit),
        await readWaitingBuilds(db, limit),
      ];
      const rows: WaitingRow[] = [
        ...builds.rows.map((row) => ({ kind: "builds", ...row })),
        ...tests.rows.map((row) => ({ kind: "tests", ...row })),
      ];
      const total = ({ total: n, ids }: typeof tests) => ({ total: n, ids });
      const more = { builds: total(builds), tests: total(tests) };
      await printOutput(
        "results waiting",
        { name: "waiting", rows, columns: waitingColumns, more },
        args,
      );
      const waiting = (n: number, what: string, ids: number, missing: string) =>
        n > 0 ? [`${formatCountOf(n, what)} waiting for ${formatCountOf(ids, missing)}`] : [];
      const said = [
        ...waiting(tests.total, "test", tests.ids, "build"),
        ...waiting(builds.total, "build", builds.ids, "checkout"),
      ];
      await note(said.join(", ") || "nothing is waiting");
      return exitCodes.ok;
    }),
});

// --- internal ---

const hardwareColumns: readonly OutputColumn<Hardware>[] = [
  { title: "platform", value: ({ platform }) => platform },
  ...countColumns<Hardware>("boots", ({ boots }) => boots),
  ...countColumns<Hardware>("tests", ({ tests }) => tests),
  { title: "builds", value: ({ builds }) => builds },
  { title: "last seen", value: ({ last_seen }) => shortTime(last_seen) },
  { title: "origins", value: ({ origins }) => origins.join(" ") },
];

const issueColumns: readonly OutputColumn<FoundIssue>[] = [
  { title: "id", value: ({ id }) => id },
  { title: "version", value: ({ version }) => version },
  { title: "comment", value: ({ comment, report_subject }) => comment ?? report_subject },
  { title: "incidents", value: ({ incidents }) => incidents.length },
  { title: "first at", value: ({ incidents: [first] }) => first && nameOfCommit(first) },
  { title: "last at", value: ({ incidents }) => lastOf(incidents) },
  { title: "report", value: ({ report_url }) => report_url },
];

function lastOf(incidents: readonly Incident[]): string | null {
  const last = incidents.at(-1);
  return last ? nameOfCommit(last) : null;
}

const waitingColumns: readonly OutputColumn<WaitingRow>[] = [
  { title: "what", value: ({ kind }) => kind },
  { title: "number", value: ({ n }) => n },
  { title: "origin", value: ({ origin }) => origin },
  { title: "waits for", value: ({ waits_for }) => waits_for },
  { title: "since", value: ({ oldest }) => shortTime(oldest) },
];
