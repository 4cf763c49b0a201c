import { html } from "../observe/page/html.ts";
import {
  type CheckoutScope,
  checkoutsOf,
  inScope,
  resolveCommit,
} from "../results/checkouts-of.ts";
import type { Filter } from "../results/filter.ts";
import type { Checkout } from "../results/runs.ts";
import { known } from "../results/words.ts";
import { pathTo } from "./links.ts";
import { notFoundPage } from "./not-found-page.ts";
import type { PageAnswer, PageRequest } from "./page.ts";

/** A commit that a URL names, and the tree that it is looked at in. */
export interface FoundCommit {
  readonly scope: CheckoutScope;
  readonly hash: string;
  /** Its checkouts in that tree, newest first; at least one. */
  readonly checkouts: readonly [Checkout, ...Checkout[]];
}

/** What of a URL says which tree is meant; a branch that was not encoded is put together again. */
export function scopeOfUrl(query: URLSearchParams, names: readonly string[]): CheckoutScope {
  const [tree, ...branch] = names;
  const origins = query.getAll("origin").filter(Boolean);
  const url = query.get("git_url");
  const ofUrl = query.get("git_branch");
  const branches = branch.length > 0 ? [branch.join("/")] : ofUrl ? [ofUrl] : undefined;
  return {
    ...(origins.length > 0 && { origin: origins }),
    ...(tree !== undefined && { tree: [tree] }),
    ...(branches && { branch: branches }),
    ...(url && { url: [url] }),
  };
}

/** Finds the commit of `NAME/BRANCH/COMMIT`, or of `COMMIT` alone; a page that says so where there is none. */
export async function commitOfUrl(
  { db, query, url }: PageRequest,
  names: readonly string[],
): Promise<FoundCommit | { answer: PageAnswer }> {
  const text = names.at(-1) ?? "latest";
  const scope = scopeOfUrl(query, names.slice(0, -1));
  const found = await resolveCommit(db, text, scope);
  if ("candidates" in found) {
    const { candidates } = found;
    if (candidates.length === 0) {
      return { answer: notFoundPage("No such commit in this tree:", text) };
    }
    return {
      answer: {
        title: "Which commit?",
        body: html`<h1>Which commit?</h1><p>Several commits match:</p><ul>${candidates.map((one) => html`<li><a href="${pathTo("tree", one)}">${one}</a></li>`)}</ul>`,
      },
    };
  }
  const { hash } = found;
  const [first, ...others] = await checkoutsOf(db, hash, scope);
  if (!first) return { answer: notFoundPage("No such commit in this tree:", text) };
  if (text !== "latest" && text !== hash) {
    const path = url.pathname.split("/");
    path[path.lastIndexOf(encodeURIComponent(text.toWellFormed()))] = encodeURIComponent(hash);
    return { answer: { goTo: `${path.join("/")}${url.search}` } };
  }
  return { scope, hash, checkouts: [first, ...others] };
}

/** The filter that chooses what ran on a commit. */
export function filterOf({ hash, scope }: FoundCommit): Filter {
  const values = (list: readonly (string | null)[] | undefined) => list?.map(known);
  const [tree, branch, url] = [values(scope.tree), values(scope.branch), values(scope.url)];
  return { commit: [hash], ...(tree && { tree }), ...(branch && { branch }), ...(url && { url }) };
}

/** The condition that a checkout `c` is in the tree that is looked at. */
export function isInTree({ scope }: FoundCommit) {
  return inScope(scope);
}
