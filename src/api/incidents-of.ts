import { column, columns, type FieldsOf, select } from "../results/field.ts";
import { addStatus, emptyCount, type StatusCount } from "../results/tally.ts";
import { builds, incidents, issues, tests } from "../rows/tables.ts";
import type { Reader } from "../store/reader.ts";
import { ownText, type Statement, sql } from "../store/statement.ts";

/** An incident of a build or a test, with its issue where that version of it is stored. */
export interface FoundIssue {
  /** The build or test. */
  item_id: string;
  status: string | null;
  incident_id: string;
  /** The issue that it names, stored or not. */
  issue_id: string;
  _timestamp: string | null;
  /** Null where no such version of the issue is stored. */
  id: string | null;
  version: number | null;
  comment: string | null;
  report_url: string | null;
}

/** An issue, and how what it was found in ended. */
export interface ApiIssue {
  id: string;
  version: number;
  comment: string | null;
  report_url: string | null;
  incidents_info: StatusCount;
}

/** Whether an incident `n` of a build is of no test of it. */
export const ofBuildAlone = ownText("n.test_id is null");

/** The incidents of builds `b` for which a condition holds, earliest first. */
export function incidentsOfBuilds(db: Reader, where: Statement): Promise<FoundIssue[]> {
  const source = sql`from incidents n join builds b on b.id = n.build_id
    left join issues i on i.id = n.issue_id and i.version = n.issue_version
    where ${where}`;
  return readFound(
    db,
    { item_id: column("b", builds, "id"), status: column("b", builds, "status") },
    source,
  );
}

/** The incidents of tests `t` with their builds `b` for which a condition holds, earliest first. */
export function incidentsOfTests(db: Reader, where: Statement): Promise<FoundIssue[]> {
  const source = sql`from incidents n join tests t on t.id = n.test_id
    left join builds b on b.id = t.build_id
    left join issues i on i.id = n.issue_id and i.version = n.issue_version where ${where}`;
  return readFound(
    db,
    { item_id: column("t", tests, "id"), status: column("t", tests, "status") },
    source,
  );
}

/** The issues of incidents, each with the number of incidents by the status of what they are of; by id. */
export function countIssues(found: readonly FoundIssue[]): ApiIssue[] {
  const counted = new Map<string, ApiIssue>();
  for (const { id, version, comment, report_url, status } of found) {
    if (id === null || version === null) continue;
    const key = JSON.stringify([id, version]);
    const issue = counted.get(key) ?? {
      ...{ id, version, comment, report_url },
      incidents_info: emptyCount(),
    };
    addStatus(issue.incidents_info, status);
    counted.set(key, issue);
  }
  return [...counted.values()].sort((a, b) =>
    a.id < b.id ? -1 : a.id > b.id ? 1 : a.version - b.version,
  );
}

/** Of incidents, earliest first, the first of each build or test. */
export function firstOfEach(found: readonly FoundIssue[]): FoundIssue[] {
  const first = new Map<string, FoundIssue>();
  for (const one of found) if (!first.has(one.item_id)) first.set(one.item_id, one);
  return [...first.values()];
}

/** The issues that are stored, by the build or test that they were found in. */
export function issueIdsOf(
  found: readonly FoundIssue[],
): Map<string, { id: string; version: number }[]> {
  const known = found.flatMap(({ item_id, id, version }) =>
    id === null || version === null ? [] : [{ item_id, id, version }],
  );
  return Map.groupBy(known, ({ item_id }) => item_id);
}

// --- internal ---

function readFound(
  db: Reader,
  own: Pick<FieldsOf<FoundIssue>, "item_id" | "status">,
  source: Statement,
): Promise<FoundIssue[]> {
  const order = ownText(`n._timestamp, ${db.dialect.byCodePoints("n.id")}`);
  return select<FoundIssue>(
    db,
    {
      ...own,
      incident_id: column("n", incidents, "id"),
      ...columns("n", incidents, ["issue_id"]),
      _timestamp: column("n", incidents, "_timestamp"),
      ...columns("i", issues, ["id", "version", "comment", "report_url"]),
    },
    sql`${source} order by ${order}`,
  );
}
