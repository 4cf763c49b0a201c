import type { ApiEndpoint } from "./answer.ts";
import { hardwareList } from "./hardware-list.ts";
import { hardwareBuilds, hardwareTests } from "./hardware-results.ts";
import { hardwareSummary } from "./hardware-summary.ts";
import { issueExtras } from "./issue-extras.ts";
import { buildsOfIssue, issueList, oneIssue, testsOfIssue } from "./issues.ts";
import { issuesOfBuild, issuesOfTest, oneBuild, oneTest } from "./one-item.ts";
import { origins, statusHistory } from "./origins.ts";
import { treeReport } from "./tree-report.ts";
import { treeBuilds, treeSummary, treeTests } from "./tree-results.ts";
import { treeCommits, treeList } from "./trees.ts";

/** A place of the API. */
export interface Route {
  readonly method: "GET" | "POST";
  /** The path below `/api/`, without a slash at its end; `{}` is a name, in which a slash may be. */
  readonly path: string;
  readonly answer: ApiEndpoint;
}

/** All places, those that others would take for a name before them. */
export const routes: readonly Route[] = [
  { method: "GET", path: "tree", answer: treeList },
  { method: "GET", path: "tree-report", answer: treeReport },
  { method: "GET", path: "tree/{}/summary", answer: treeSummary },
  { method: "GET", path: "tree/{}/builds", answer: treeBuilds },
  { method: "GET", path: "tree/{}/boots", answer: treeTests("boot") },
  { method: "GET", path: "tree/{}/tests", answer: treeTests("test") },
  { method: "GET", path: "tree/{}/commits", answer: treeCommits },
  { method: "GET", path: "test/status-history", answer: statusHistory },
  { method: "GET", path: "test/{}/issues", answer: issuesOfTest },
  { method: "GET", path: "test/{}", answer: oneTest },
  { method: "GET", path: "build/{}/issues", answer: issuesOfBuild },
  { method: "GET", path: "build/{}", answer: oneBuild },
  { method: "GET", path: "hardware", answer: hardwareList },
  { method: "POST", path: "hardware/{}/summary", answer: hardwareSummary },
  { method: "POST", path: "hardware/{}/builds", answer: hardwareBuilds },
  { method: "POST", path: "hardware/{}/boots", answer: hardwareTests("boot") },
  { method: "POST", path: "hardware/{}/tests", answer: hardwareTests("test") },
  { method: "GET", path: "issue", answer: issueList },
  { method: "POST", path: "issue/extras", answer: issueExtras },
  { method: "GET", path: "issue/{}/builds", answer: buildsOfIssue },
  { method: "GET", path: "issue/{}/tests", answer: testsOfIssue },
  { method: "GET", path: "issue/{}", answer: oneIssue },
  { method: "GET", path: "origins", answer: origins },
];

/** The route of a path below `/api/`, and the names in it; undefined: there is none. */
export function findRoute(
  method: string,
  path: string,
): { route: Route; names: string[] } | "other method" | undefined {
  const asked = path.replace(/\/$/, "");
  let isElsewhere = false;
  for (const { route, pattern } of compiled) {
    const found = pattern.exec(asked);
    if (!found) continue;
    if (route.method === method) return { route, names: found.slice(1).map(decode) };
    isElsewhere = true;
  }
  return isElsewhere ? "other method" : undefined;
}

// --- internal ---

const compiled = routes.map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replaceAll("{}", "(.+)")}$`, "s"),
}));

/** A name as it was meant; one that is not escaped stays as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
