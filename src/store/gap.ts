import { StoreFault } from "./fault.ts";

/**
 * Something that ingestion needs of a database and does not find there:
 * - `table`: `migrate` creates it;
 * - `column`: one that may be NULL, so that it can be added to a table with rows;
 * - `value`: a column that must have a value in each row: whoever knows those has to add it;
 * - `type`: a column that is there, but does not hold what is to be stored in it.
 */
export interface Gap {
  /** `table` or `table.column`. */
  readonly name: string;
  readonly kind: "table" | "column" | "value" | "type";
  /** Of a `column`: the SQL that adds it, and all others that its table lacks. Absent where `migrate` does so unasked. */
  readonly statement?: string;
  /** Of a `column`: who may add it, where the user of the connection may not. */
  readonly owner?: string;
  /** Of a `type`: what the column is, and what it has to be. */
  readonly is?: string;
  /** Of a `value` and a `type`: what to do. */
  readonly mend?: string;
}

/** Whether `migrate` closes a gap without being asked to alter what is there. */
export function closesItself({ kind, statement }: Gap): boolean {
  return kind === "table" || (kind === "column" && statement === undefined);
}

/** The fault (operator) of a database with gaps, with what to do about each. */
export function gapFault(gaps: readonly Gap[], subject = "the database"): StoreFault {
  const lacking = gaps.filter(({ kind }) => kind !== "type").map(({ name }) => name);
  const others = gaps.flatMap(({ name, is }) => (is ? [`${name} is ${is}`] : []));
  const sentences = [
    ...(lacking.length > 0 ? [`${subject} lacks ${lacking.join(", ")}`] : []),
    ...(others.length > 0 ? [`in ${subject} ${others.join(", ")}`] : []),
  ];
  return new StoreFault(sentences.join("; "), {
    operation: "check the tables",
    class: "operator",
    hint: hintOf(gaps),
  });
}

// --- internal ---

function hintOf(gaps: readonly Gap[]): string {
  const parts = gaps.some(closesItself) ? ["run: kci-ingester migrate --database URL"] : [];
  const toAdd = gaps.filter(({ statement }) => statement !== undefined);
  for (const [owner, columns] of Map.groupBy(toAdd, (gap) => gap.owner)) {
    const statements = [...new Set(columns.map(({ statement }) => statement))].join("; ");
    const who = owner
      ? `as ${owner}, the owner of the tables, run:`
      : "run: kci-ingester migrate --alter --database URL, or as SQL:";
    parts.push(`${who} ${statements}`);
  }
  return [...parts, ...gaps.flatMap(({ mend }) => mend ?? [])].join("; ");
}
