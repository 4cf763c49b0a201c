import { commitPage } from "./commit-page.ts";
import { comparePage } from "./compare-page.ts";
import { pathTo } from "./links.ts";
import { matrixPage } from "./matrix-page.ts";
import type { MakePage } from "./page.ts";
import { treesPage } from "./trees-page.ts";

/** All that is below `/tree`: the trees, a commit, its matrix, a comparison. */
export const treeRoute: MakePage = async (asked) => {
  const { names } = asked;
  const last = names.at(-1);
  if (last === undefined) return treesPage(asked);
  if (last === "compare" && names.length > 1)
    return comparePage({ ...asked, names: names.slice(0, -1) });
  if (last === "matrix" && names.length > 1)
    return matrixPage({ ...asked, names: names.slice(0, -1) });
  return commitPage(asked);
};

/** `/c/NAME/BRANCH/COMMIT`, as the dashboard shortens it. */
export const shortCommitRoute: MakePage = async ({ names, url }) => ({
  goTo: `${pathTo("tree", ...names)}${url.search}`,
});
