/** What a field or list of older versions became. */
export interface Became {
  /** The object that had it; `submission` for lists. */
  readonly owner: string;
  readonly field: string;
  /** What it is called from then on, with the same value. */
  readonly now?: string;
  /** What else to do about it. */
  readonly words?: string;
}

/** Fields of older versions that the newest has not, or has under another name (`submission/README.md` 6). */
export const became: readonly Became[] = [
  { owner: "submission", field: "revisions", now: "checkouts" },
  { owner: "checkout", field: "contacts", words: "nothing took its place" },
  { owner: "checkout", field: "description", now: "comment" },
  { owner: "checkout", field: "patch_mboxes", now: "patchset_files" },
  { owner: "checkout", field: "discovery_time", now: "start_time" },
  { owner: "checkout", field: "publishing_time", words: "nothing took its place" },
  { owner: "checkout", field: "git_repository_commit_hash", now: "git_commit_hash" },
  { owner: "checkout", field: "git_repository_commit_name", now: "git_commit_name" },
  { owner: "checkout", field: "origin_id", now: "id" },
  { owner: "build", field: "description", now: "comment" },
  { owner: "build", field: "revision_id", now: "checkout_id" },
  { owner: "build", field: "revision_origin_id", now: "checkout_id" },
  {
    owner: "build",
    field: "revision_origin",
    words: "it stands before the colon of `checkout_id`",
  },
  { owner: "build", field: "origin_id", now: "id" },
  { owner: "test", field: "description", now: "comment" },
  { owner: "test", field: "build_origin_id", now: "build_id" },
  { owner: "test", field: "build_origin", words: "it stands before the colon of `build_id`" },
  { owner: "test", field: "origin_id", now: "id" },
  {
    owner: "test",
    field: "waived",
    words: "in later versions an incident of a known issue says it",
  },
  { owner: "issue", field: "build_valid", words: "in later versions incidents name the builds" },
  { owner: "issue", field: "test_status", words: "in later versions incidents name the tests" },
  { owner: "environment", field: "description", now: "comment" },
];

/** Names that other tools have for a field, in small letters without `_` and `-`. */
export const aliases: Readonly<Record<string, readonly string[]>> = {
  status: ["result", "outcome", "state", "verdict", "teststatus", "buildstatus"],
  path: ["name", "testname", "testpath", "testcase", "case"],
  architecture: ["arch"],
  comment: ["note", "notes", "summary", "message"],
  compiler: ["cc", "toolchain"],
  config_name: ["config", "defconfig", "kconfig"],
  log_url: ["log", "logs", "logfile", "joburl", "url", "link"],
  log_excerpt: ["output", "stdout", "logtext", "excerpt"],
  start_time: ["timestamp", "time", "date", "created", "started", "startedat", "starttime"],
  duration: ["elapsed", "seconds", "runtimeseconds", "timetaken"],
  git_commit_hash: [
    "commit",
    "sha",
    "sha1",
    "hash",
    "revision",
    "commithash",
    "commitsha",
    "commitid",
  ],
  git_commit_name: ["describe", "gitdescribe", "kernelversion"],
  git_repository_url: ["repo", "repository", "giturl", "repourl", "repositoryurl", "treeurl"],
  git_repository_branch: ["branch", "gitbranch", "ref"],
  tree_name: ["tree", "treename"],
  patchset_files: ["patches", "patchset"],
  checkout_id: ["checkout", "checkoutid", "parentcheckout"],
  build_id: ["build", "buildid", "parentbuild"],
  test_id: ["test", "testid"],
  issue_id: ["issue", "issueid"],
  report_url: ["bug", "bugurl", "bugzilla"],
  report_subject: ["title", "subject"],
  output_files: ["artifacts", "artefacts", "files", "attachments"],
  id: ["uuid", "testuuid", "identifier"],
  tests: ["results", "testresults", "testcases"],
  checkouts: ["revisions"],
  unit: ["units"],
  url: ["link", "href", "uri"],
  name: ["filename", "title", "path", "file"],
};
