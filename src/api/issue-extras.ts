import { isObject } from "../base/is-object.ts";
import { type Incident, type Issue, readIncidentsOf, readIssues } from "../results/issues.ts";
import type { Reader } from "../store/reader.ts";
import { isOneOf, ownText } from "../store/statement.ts";
import { type ApiEndpoint, ApiRefusal, apiTime, nothing } from "./answer.ts";

/** An issue and the versions of it that are asked for. */
export type AskedIssue = readonly [id: string, version: number];

const notEmpty = "Invalid body, the issue list must not be empty";

/** POST `issue/extras/`: where issues were found first and last, and in which trees. */
export const issueExtras: ApiEndpoint = async ({ db, body }) => {
  const list = isObject(body) && Array.isArray(body.issues) ? body.issues : [];
  const asked = list.flatMap((one): AskedIssue[] =>
    Array.isArray(one) && typeof one[0] === "string" ? [[one[0], Number(one[1])]] : [],
  );
  if (asked.length === 0) throw new ApiRefusal(notEmpty);
  const extras = await readExtras(db, asked);
  return Object.keys(extras).length > 0
    ? { issues: extras }
    : nothing("No extra details found. Issue id has no incident or doesn't exist.");
};

/** What is known of issues beyond their rows, by their ids; one without incidents has none. */
export async function readExtras(db: Reader, asked: readonly AskedIssue[]) {
  const ids = [...new Set(asked.map(([id]) => id))];
  const incidents = await readIncidentsOf(db, ids);
  const stored = new Map(
    (await readIssues(db, isOneOf(ownText("i.id"), ids))).map((issue) => [issue.id, issue]),
  );
  const extras: Record<string, ReturnType<typeof toExtra>> = {};
  for (const id of ids) {
    const found = incidents.get(id);
    if (!found?.length) continue;
    const versions = asked.filter(([one]) => one === id).map(([, version]) => version);
    extras[id] = toExtra(found, stored.get(id), versions);
  }
  return extras;
}

/** An incident with its checkout, which may be missing. */
export function toIncident(incident: Incident) {
  return {
    first_seen: apiTime(incident._timestamp),
    git_commit_hash: incident.git_commit_hash,
    git_repository_url: incident.git_repository_url,
    git_repository_branch: incident.git_repository_branch,
    git_commit_name: incident.git_commit_name,
    tree_name: incident.tree_name,
    issue_version: incident.issue_version,
    checkout_id: incident.checkout_id,
  };
}

// --- internal ---

/** `found` is sorted by version and time, and not empty. */
function toExtra(
  found: readonly Incident[],
  stored: Issue | undefined,
  versions: readonly number[],
) {
  const [first, last] = [found[0], found.at(-1)];
  return {
    first_incident: first && toIncident(first),
    last_incident: last && toIncident(last),
    versions: Object.fromEntries(
      versions.map((version) => [
        String(version),
        stored?.version === version ? toVersion(stored, found) : null,
      ]),
    ),
  };
}

function toVersion({ id, version }: Issue, found: readonly Incident[]) {
  const placed = found.filter(
    (one) =>
      one.issue_version === version && one.tree_name !== null && one.git_repository_branch !== null,
  );
  const trees = new Map(
    placed.map((one) => {
      const { tree_name, git_repository_url, git_repository_branch } = one;
      const key = JSON.stringify([tree_name, git_repository_url, git_repository_branch]);
      return [key, { tree_name, git_repository_branch }];
    }),
  );
  const tags = new Set(placed.flatMap((one) => tagOf(one) ?? []));
  return {
    ...{ id, version },
    trees: [...trees].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tree]) => tree),
    tags: [...tags].sort(),
  };
}

const kernelOrg = "https://git.kernel.org/pub/scm/linux/kernel/git";

/** The well-known tree that an incident was found in. */
function tagOf({ git_repository_url: url, git_repository_branch: branch }: Incident) {
  if (url === `${kernelOrg}/torvalds/linux.git` && branch === "master") return "mainline";
  if (url === `${kernelOrg}/stable/linux.git`) return "stable";
  if (
    url === `${kernelOrg}/next/linux-next.git` &&
    /^(?:master|pending-fixes)$/.test(branch ?? "")
  ) {
    return "linux-next";
  }
  return undefined;
}
