import type { ReadDialect } from "../store/reader.ts";
import { ownText, type Statement } from "../store/statement.ts";

/** The statuses, and `NULL` for none, in the order in which they are counted and shown to programs. */
export const statuses = ["PASS", "ERROR", "FAIL", "SKIP", "MISS", "DONE", "NULL"] as const;

/** What stands for an architecture, compiler, config, platform, lab or path that nobody told. */
export const unknown = "Unknown";

/** What a status says in the end; all but PASS and FAIL are inconclusive, none at all too. */
export type RunOutcome = "pass" | "fail" | "inconclusive";

/** What a status, or none, says in the end. */
export function outcomeOf(status: string | null): RunOutcome {
  return status === "PASS" ? "pass" : status === "FAIL" ? "fail" : "inconclusive";
}

/** The kinds of a test, by its path. */
export type TestKind = "boot" | "test";

/** Whether a test is one that boots: its path is `boot` or begins with `boot.`. */
export function isBootPath(path: string | null): boolean {
  return path === "boot" || (path?.startsWith("boot.") ?? false);
}

/** The same in SQL, of tests `t`; never NULL. */
export function isOfKind(kind: TestKind): Statement {
  const boots = "coalesce(t.path = 'boot' or substr(t.path, 1, 5) = 'boot.', false)";
  return ownText(kind === "boot" ? boots : `not ${boots}`);
}

/** Whether tests `t` are boots, for a filter: NULL where they have no path. In many thousand rows it takes less. */
export function isBootOfMany(dialect: ReadDialect): string {
  return dialect.isPathOf("t.path", "boot");
}

/** What the ids of builds begin with that are there only so that tests have one. */
export const dummyPrefix = "maestro:dummy_";

/** Whether builds `b` are real, in SQL. Tests of the others count, they themselves do not. */
export const isRealBuild = ownText(`substr(b.id, 1, ${dummyPrefix.length}) <> '${dummyPrefix}'`);

/** A commit as people know it: its name, else the beginning of its hash; null where it has neither. */
export function nameOfCommit(run: {
  readonly git_commit_name: string | null;
  readonly git_commit_hash: string | null;
}): string | null {
  return run.git_commit_name || run.git_commit_hash?.slice(0, 12) || null;
}

/** A text, or the word for one that nobody told. */
export function known(text: string | null): string {
  return text === null || text === "" ? unknown : text;
}
