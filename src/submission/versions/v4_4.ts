import { deriveVersion } from "./derive-version.ts";
import { v4_5 } from "./v4_5.ts";

export const v4_4 = deriveVersion(v4_5, "4.4", {
  checkouts: { without: ["git_commit_tags", "git_commit_message", "git_repository_branch_tip"] },
});
