import { builds, checkouts, incidents, issues, tests } from "../rows/tables.ts";
import type { Reader } from "../store/reader.ts";
import { allOf, isOneOf, ownText, type Statement, sql } from "../store/statement.ts";
import { column, columns, type FieldsOf, select } from "./field.ts";
import { readInParts } from "./in-parts.ts";
import { commitColumns, type Tree } from "./runs.ts";

/** A known issue. */
export interface Issue {
  id: string;
  version: number;
  origin: string;
  comment: string | null;
  report_url: string | null;
  report_subject: string | null;
  culprit_code: boolean | null;
  culprit_tool: boolean | null;
  culprit_harness: boolean | null;
  categories: readonly string[] | null;
  misc: unknown;
  _timestamp: string | null;
}

/** An issue found in a build or a test, and what of that has arrived. */
export interface Incident extends Tree {
  id: string;
  issue_id: string;
  issue_version: number;
  /** Whether it is said to be there; null: not said. */
  present: boolean | null;
  _timestamp: string | null;
  build_id: string | null;
  test_id: string | null;
  /** Null where that build or test has not arrived, or has no status. */
  build_status: string | null;
  test_status: string | null;
  found_build_id: string | null;
  found_test_id: string | null;
  checkout_id: string | null;
  checkout_origin: string | null;
  git_commit_hash: string | null;
  git_commit_name: string | null;
}

/** Issues for which a condition on `i` holds, most recently ingested first. */
export function readIssues(db: Reader, where: Statement, limit?: number): Promise<Issue[]> {
  const order = ownText(`i._timestamp desc, ${db.dialect.byCodePoints("i.id")}`);
  const end = limit === undefined ? sql`` : sql` limit ${limit}`;
  return select<Issue>(db, issueFields, sql`from issues i where ${where} order by ${order}${end}`);
}

/** Incidents for which a condition on `n` holds, earliest first. The build is the test's where that is named. */
export function readIncidents(db: Reader, where: Statement): Promise<Incident[]> {
  return select<Incident>(
    db,
    incidentFields,
    sql`from incidents n left join tests t on t.id = n.test_id
      left join builds b on b.id = coalesce(n.build_id, t.build_id)
      left join checkouts c on c.id = b.checkout_id where ${where} order by ${earliestFirst(db)}`,
  );
}

/** The incidents of issues, by their ids. */
export async function readIncidentsOf(
  db: Reader,
  issueIds: readonly string[],
): Promise<Map<string, Incident[]>> {
  const found = await readInParts(issueIds, (some) =>
    readIncidents(db, isOneOf(ownText("n.issue_id"), some)),
  );
  return Map.groupBy(found, ({ issue_id }) => issue_id);
}

/** Where an issue was found, at a glance. */
export interface IncidentSpan {
  /** As `readIncidents` orders them. */
  readonly first: Incident | undefined;
  readonly last: Incident | undefined;
  /** In how many builds it was found that are not told of by a test. */
  readonly builds: number;
  readonly tests: number;
}

/** The same as of `readIncidentsOf`, summed up: of most incidents nothing else is read than what they are of. */
export async function readIncidentSpans(
  db: Reader,
  issueIds: readonly string[],
): Promise<Map<string, IncidentSpan>> {
  const refs = await readInParts(issueIds, (some) =>
    select<IncidentRef>(
      db,
      refFields,
      sql`from incidents n where ${isOneOf(ownText("n.issue_id"), some)} order by ${earliestFirst(db)}`,
    ),
  );
  const byIssue = Map.groupBy(refs, ({ issue_id }) => issue_id);
  const ids = [...byIssue.values()].flatMap((refs) => [refs[0], refs.at(-1)].map((ref) => ref?.id));
  const read = await readInParts([...new Set(ids.flatMap((id) => id ?? []))], (some) =>
    readIncidents(db, isOneOf(ownText("n.id"), some)),
  );
  const byId = new Map(read.map((incident) => [incident.id, incident]));
  const different = (all: readonly (string | null)[]) => new Set(all.filter(Boolean)).size;
  const found = [...byIssue].map(([issueId, refs]): [string, IncidentSpan] => [
    issueId,
    {
      first: byId.get(refs[0]?.id ?? ""),
      last: byId.get(refs.at(-1)?.id ?? ""),
      builds: different(refs.map(({ test_id, build_id }) => (test_id ? null : build_id))),
      tests: different(refs.map(({ test_id }) => test_id)),
    },
  ]);
  return new Map(found);
}

/** Of issues the first incident, as `readIncidents` orders them, by their ids; one without incidents has none. */
export async function readFirstIncidents(
  db: Reader,
  issueIds: readonly string[],
): Promise<Map<string, Incident>> {
  const first = sql`select n.id from incidents n where n.issue_id = i.id order by ${earliestFirst(db)} limit 1`;
  const found = await readInParts(issueIds, (some) => {
    const ids = sql`select (${first}) from issues i where ${isOneOf(ownText("i.id"), some)}`;
    return readIncidents(db, sql`n.id in (${ids})`);
  });
  return new Map(found.map((incident) => [incident.issue_id, incident]));
}

/** Which of some issues have an incident of their stored version that leads to a checkout with tree and branch. */
export async function readPlacedIssues(
  db: Reader,
  issueIds: readonly string[],
): Promise<Set<string>> {
  const placed = await readInParts(issueIds, (some) =>
    db.query(
      sql`select i.id as id from issues i where ${isOneOf(ownText("i.id"), some)} and exists (
        select 1 from incidents n left join tests t on t.id = n.test_id
        join builds b on b.id = coalesce(n.build_id, t.build_id) join checkouts c on c.id = b.checkout_id
        where n.issue_id = i.id and n.issue_version = i.version
          and c.tree_name is not null and c.git_repository_branch is not null)`,
    ),
  );
  return new Set(placed.map(({ id }) => String(id)));
}

/** The issues that were found in builds or tests, by their ids: those whose stored version is the one meant. */
export async function readIssuesOf(
  db: Reader,
  subject: "builds" | "tests",
  ids: readonly string[],
): Promise<Map<string, Issue[]>> {
  const reference = subject === "builds" ? "n.build_id" : "n.test_id";
  const fields: FieldsOf<Issue & { item_id: string }> = {
    ...issueFields,
    item_id: { type: "text", expression: () => reference },
  };
  const list = await readInParts(ids, (some) => {
    const where = allOf([
      isOneOf(ownText(reference), some),
      ...(subject === "builds" ? [ownText("n.test_id is null")] : []),
    ]);
    return select<Issue & { item_id: string }>(
      db,
      fields,
      sql`from incidents n join issues i on i.id = n.issue_id and i.version = n.issue_version where ${where}`,
    );
  });
  return new Map(
    [...Map.groupBy(list, ({ item_id }) => item_id)].map(([id, found]) => [
      id,
      [...new Map(found.map(({ item_id: _, ...issue }) => [issue.id, issue])).values()],
    ]),
  );
}

/** What is read of an issue `i`. */
export const issueFields: FieldsOf<Issue> = columns("i", issues, [
  "id",
  "version",
  "origin",
  "comment",
  "report_url",
  "report_subject",
  "culprit_code",
  "culprit_tool",
  "culprit_harness",
  "categories",
  "misc",
  "_timestamp",
]);

/** What is read of an incident `n`, its test `t`, build `b` and checkout `c`. */
export const incidentFields: FieldsOf<Incident> = {
  ...columns("n", incidents, ["id", "issue_id", "issue_version", "present", "_timestamp"]),
  build_id: { type: "text", expression: () => "coalesce(n.build_id, t.build_id)" },
  test_id: column("n", incidents, "test_id"),
  build_status: column("b", builds, "status"),
  test_status: column("t", tests, "status"),
  found_build_id: column("b", builds, "id"),
  found_test_id: column("t", tests, "id"),
  checkout_id: column("c", checkouts, "id"),
  checkout_origin: column("c", checkouts, "origin"),
  ...columns("c", checkouts, commitColumns),
};

// --- internal ---

/** What an incident is of. */
type IncidentRef = Pick<Incident, "id" | "issue_id" | "test_id" | "build_id">;

const refFields: FieldsOf<IncidentRef> = columns("n", incidents, [
  "id",
  "issue_id",
  "test_id",
  "build_id",
]);

function earliestFirst({ dialect }: Reader): Statement {
  return ownText(`n.issue_version, n._timestamp, ${dialect.byCodePoints("n.id")}`);
}
