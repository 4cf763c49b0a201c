import type { Version } from "../versions/field.ts";

/** What a list or field was called in versions before a major one. */
interface FormerName {
  before: number;
  list: string;
  field?: string;
  former: string;
}

const formerNames: readonly FormerName[] = [
  { before: 5, list: "builds", field: "status", former: "valid" },
  { before: 4, list: "checkouts", former: "revisions" },
  { before: 4, list: "checkouts", field: "patchset_files", former: "patch_mboxes" },
  { before: 4, list: "checkouts", field: "patchset_hash", former: "id" },
  { before: 4, list: "checkouts", field: "start_time", former: "discovery_time" },
  { before: 4, list: "checkouts", field: "comment", former: "description" },
  { before: 4, list: "builds", field: "checkout_id", former: "revision_id" },
  { before: 4, list: "builds", field: "comment", former: "description" },
  { before: 4, list: "tests", field: "comment", former: "description" },
  { before: 3, list: "checkouts", field: "git_commit_hash", former: "git_repository_commit_hash" },
  { before: 3, list: "checkouts", field: "git_commit_name", former: "git_repository_commit_name" },
  { before: 3, list: "builds", field: "origin", former: "id" },
  { before: 2, list: "checkouts", field: "id", former: "origin_id" },
  { before: 2, list: "checkouts", field: "patchset_hash", former: "origin_id" },
  { before: 2, list: "builds", field: "id", former: "origin_id" },
  { before: 2, list: "builds", field: "checkout_id", former: "revision_origin_id" },
  { before: 2, list: "tests", field: "id", former: "origin_id" },
  { before: 2, list: "tests", field: "build_id", former: "build_origin_id" },
];

/** Turns a place in an upgraded document into the one that it came from in the document's own version. */
export function formerPath(
  path: readonly (string | number)[],
  version: Version,
): readonly (string | number)[] {
  const [list, place, field, ...rest] = path;
  // A half-converted document can have the old name of the list still.
  const current = list === "revisions" ? "checkouts" : list;
  const applicable = formerNames.filter(
    (name) => name.list === current && version.major < name.before,
  );
  const formerList = applicable.find((name) => name.field === undefined)?.former ?? list;
  if (place === undefined || formerList === undefined)
    return path.length ? [formerList ?? ""] : path;
  const isEnvironment = list === "tests" && field === "environment" && rest[0] === "comment";
  if (isEnvironment && version.major < 4) return [list, place, field, "description"];
  const formerField = applicable.findLast((name) => name.field === field)?.former ?? field;
  return formerField === undefined || field === undefined
    ? [formerList, place]
    : [formerList, place, formerField, ...rest];
}
