import { builds, tests } from "../rows/tables.ts";
import type { Reader } from "../store/reader.ts";
import { isOneOf, ownText, sql } from "../store/statement.ts";
import { column, type FieldsOf, jsonField, select } from "./field.ts";
import { readInParts } from "./in-parts.ts";

/** What of a run says why it failed. */
export interface FailureReason {
  readonly id: string;
  readonly log_excerpt: string | null;
  readonly output_files: unknown;
  readonly error_msg: string | null;
  readonly error_code: string | null;
  readonly job_url: string | null;
}

/** What says why runs failed, by their ids. */
export async function readReasons(
  db: Reader,
  subject: "builds" | "tests",
  ids: readonly string[],
): Promise<Map<string, FailureReason>> {
  const fields = subject === "builds" ? buildReasons : testReasons;
  const [table, alias] = subject === "builds" ? ["builds", "b"] : ["tests", "t"];
  const reasons = await readInParts(ids, (some) => {
    const wanted = isOneOf(ownText(`${alias}.id`), some);
    return select<FailureReason>(
      db,
      fields,
      sql`from ${ownText(`${table} ${alias}`)} where ${wanted}`,
    );
  });
  return new Map(reasons.map((reason) => [reason.id, reason]));
}

/** The last lines of a log that are not blank. */
export function lastLines(text: string | null, count: number): string[] {
  const lines = (text ?? "").split(/\r\n|\n|\r/).filter((line) => line.trim() !== "");
  return lines.slice(-count);
}

// --- internal ---

const testReasons: FieldsOf<FailureReason> = {
  id: column("t", tests, "id"),
  log_excerpt: column("t", tests, "log_excerpt"),
  output_files: column("t", tests, "output_files"),
  error_msg: jsonField("t.misc", "error_msg"),
  error_code: jsonField("t.misc", "error_code"),
  job_url: jsonField("t.environment_misc", "job_url"),
};
const buildReasons: FieldsOf<FailureReason> = {
  id: column("b", builds, "id"),
  log_excerpt: column("b", builds, "log_excerpt"),
  output_files: column("b", builds, "output_files"),
  error_msg: jsonField("b.misc", "error_msg"),
  error_code: jsonField("b.misc", "error_code"),
  job_url: jsonField("b.misc", "job_url"),
};
