import type { Mistake, Mistakes } from "./mistakes.ts";
import type { Issue, Reason, Refusal, Stage } from "./refusal.ts";
import { describe } from "./text/describe.ts";
import { formatPath } from "./text/path.ts";

/** Where a submission was refused, and what of it could be read until then. */
export interface RefusedAt {
  stage: Stage;
  reason: Reason;
  document?: unknown;
  version?: string | undefined;
}

const maxOrigins = 20;

/** Puts mistakes into words: the refusal of a submission that has at least one. */
export function refuse(at: RefusedAt, mistakes: Mistakes): Refusal {
  const issues = mistakes.first.map(toIssue);
  const [first] = issues;
  return {
    stage: at.stage,
    reason: at.reason,
    message: first ? `${first.path}: expected ${first.expected}, got ${first.got}` : at.reason,
    origins: originsOf(at.document),
    ...(at.version === undefined ? {} : { version: at.version }),
    issues,
    issueCount: mistakes.count,
  };
}

function toIssue(mistake: Mistake): Issue {
  const { path, code, expected, value, got, hint } = mistake;
  return {
    path: formatPath(path),
    code,
    expected,
    got: got ?? (mistake.missing === undefined ? describe(value) : "nothing"),
    ...(hint === undefined ? {} : { hint }),
  };
}

/** The origins that the objects of a document name, sorted; those of a broken one as far as they go. */
function originsOf(document: unknown): string[] {
  const origins = new Set<string>();
  if (typeof document !== "object" || document === null) return [];
  for (const list of Object.values(document)) {
    if (!Array.isArray(list)) continue;
    for (const item of list) {
      const origin: unknown = item?.origin ?? /^[a-z0-9_]+(?=:)/.exec(String(item?.id))?.[0];
      if (typeof origin === "string" && /^[a-z0-9_]{1,100}$/.test(origin)) origins.add(origin);
      if (origins.size >= maxOrigins) break;
    }
  }
  return [...origins].sort();
}
