import type { Submission } from "../submission/submission.ts";

/** Standard tree names by the URL of the repository. */
export type TreeNames = ReadonlyMap<string, string>;

/** Gives every checkout of a known repository its standard `tree_name` (`prepare/README.md` 1). */
export function nameTrees(submission: Submission, names: TreeNames): void {
  for (const checkout of submission.checkouts ?? []) {
    const name = names.get(checkout.git_repository_url as string);
    if (name !== undefined) checkout.tree_name = name;
  }
}
