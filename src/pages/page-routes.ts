import { buildPage } from "./build-page.ts";
import { failuresPage } from "./failures-page.ts";
import { hardwareRoute } from "./hardware-pages.ts";
import { issuePage, issuesPage } from "./issues-pages.ts";
import { pathTo } from "./links.ts";
import { logPage } from "./log-page.ts";
import { notFoundPage } from "./not-found-page.ts";
import type { MakePage } from "./page.ts";
import { refusedRoute } from "./refused-page.ts";
import { searchPage } from "./search-page.ts";
import { submissionPage } from "./submission-page.ts";
import { testPage } from "./test-page.ts";
import { shortCommitRoute, treeRoute } from "./tree-routes.ts";
import { waitingPage } from "./waiting-page.ts";

/** What a path begins with, and what makes its pages. The paths are the dashboard's, so that its links work. */
export const pageRoutes: ReadonlyMap<string, MakePage> = new Map([
  ["", async () => ({ goTo: "/failures" })],
  ["failures", failuresPage],
  ["tree", treeRoute],
  ["test", named(testPage)],
  ["build", named(buildPage)],
  ["issue", named(issuePage)],
  ["issues", issuesPage],
  ["hardware", hardwareRoute],
  ["waiting", waitingPage],
  ["refused", refusedRoute],
  ["log", logPage],
  ["search", searchPage],
  ["submission", submissionPage],
  ["t", moved("test")],
  ["b", moved("build")],
  ["i", moved("issue")],
  ["c", shortCommitRoute],
  ["checkout", shortCommitRoute],
]);

/** Whether a page is made from the database alone: not from the spool, nor from what the storage server has. */
export function isOfDatabase(place: string): boolean {
  return ofDatabase.has(place);
}

// --- internal ---

const ofDatabase: ReadonlySet<string> = new Set([
  ...["failures", "tree", "hardware", "issue", "issues", "waiting", "search"],
]);

/** A page of something that has an id. */
function named(make: MakePage): MakePage {
  return async (asked) =>
    asked.names.length > 0 ? make(asked) : notFoundPage("The id is missing from the address.");
}

/** The dashboard's short forms. */
function moved(place: string): MakePage {
  return async ({ names }) => ({ goTo: pathTo(place, ...names) });
}
