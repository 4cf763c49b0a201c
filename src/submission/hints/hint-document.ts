import { isObjectOrCarried } from "../carried/values.ts";
import { newestVersion } from "../versions/versions.ts";
import { type Advice, moveTo, replaceAt } from "./fix.ts";
import { advise, type HintCase, writtenVersion } from "./hint-case.ts";

/** Says what to send in the place of a whole document that is no object. */
export function hintForDocument({ mistake: { value } }: HintCase): Advice {
  if (typeof value === "string") {
    try {
      const parsed: unknown = JSON.parse(value);
      if (typeof parsed === "object" && parsed !== null) {
        const hint =
          "this is JSON within a JSON string: send the JSON itself, without quotes around it and \\ in it";
        return advise(hint, replaceAt([], parsed));
      }
    } catch {
      // Just text.
    }
  }
  if (!Array.isArray(value))
    return advise("a submission is an object in braces: `version` and lists");
  const [first] = value;
  if (!isObjectOrCarried(first))
    return advise("a submission is an object in braces, not a list: `version` and lists");
  if (first.version !== undefined && !isIssue(first)) {
    if (value.length === 1)
      return advise("take the square brackets away: a submission is one object", moveTo([0], []));
    return advise(
      `a file holds one submission: put each of these ${value.length} into a file of its own, or their lists into one`,
    );
  }
  const list = listOf(first);
  const { major, minor } = newestVersion;
  const version = { major, minor };
  const hint = `a list of ${list} stands in an object with the version: {"version": ${writtenVersion(version)}, "${list}": …}`;
  // Of a long list only the first value may be there.
  const isWhole = value.length - 1 in value;
  return isWhole ? advise(hint, replaceAt([], { version, [list]: value })) : advise(hint);
}

// --- internal ---

function isIssue(item: Record<string, unknown>): boolean {
  return typeof item.version === "number" && item.id !== undefined;
}

/** The list that an object most likely belongs to. */
function listOf(item: Record<string, unknown>): string {
  if (item.issue_id !== undefined) return "incidents";
  if (item.build_id !== undefined) return "tests";
  if (item.checkout_id !== undefined) return "builds";
  return isIssue(item) ? "issues" : "checkouts";
}
