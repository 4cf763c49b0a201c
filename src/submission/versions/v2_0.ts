import { deriveVersion } from "./derive-version.ts";
import { required } from "./field.ts";
import { idPrefix, plain, uri } from "./types.ts";
import { v3_0 } from "./v3_0.ts";

/** Objects had no origin of their own: it was the prefix of the id. */
export const v2_0 = deriveVersion(v3_0, "2.0", {
  revisions: {
    without: ["origin", "git_commit_hash", "git_commit_name", "tree_name"],
    having: {
      id: required(idPrefix),
      git_repository_url: uri,
      git_repository_commit_hash: plain,
      git_repository_commit_name: plain,
    },
  },
  builds: {
    without: ["origin"],
    having: { id: required(idPrefix), revision_id: required(idPrefix) },
  },
  tests: {
    without: ["origin"],
    having: { id: required(idPrefix), build_id: required(idPrefix) },
  },
});
