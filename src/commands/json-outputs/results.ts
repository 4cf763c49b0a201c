import { testDetails } from "../../results/details.ts";
import { incidentFields, issueFields } from "../../results/issues.ts";
import { buildFields, checkoutFields, testFields } from "../../results/runs.ts";
import { comparisonClasses } from "../../results/verdict.ts";

const statusCount = "how many, by status; `NULL` stands for none";
const next = "where the list goes on, for `--after`; null at its end";
const verdict =
  "what its last runs come to: `pass`, `fail`, `fixed`, `regression`, `unstable`; or null";

/** What is read of checkouts, builds, tests, issues and incidents, all by the names of columns. */
const readFields = {
  ...checkoutFields,
  ...buildFields,
  ...testDetails,
  ...issueFields,
  ...incidentFields,
};
type ReadName = keyof typeof readFields;

const meanings: Readonly<Record<ReadName, string>> = {
  id: "its id",
  origin: "the CI system that sent it",
  status: "`PASS`, `FAIL`, `ERROR`, `MISS`, `SKIP`, `DONE`, or null",
  start_time: "when it began, or null",
  duration: "how long it took in seconds, or null",
  path: "the path of the test, or null",
  platform: "the board or machine that it ran on, or null",
  environment_compatible: "what the board is compatible with, as in its devicetree, or null",
  environment_comment: "a remark on the machine, or null",
  environment_misc: "more about the machine, as it was sent",
  lab: "the lab, or null",
  architecture: "the architecture of the build, or null",
  compiler: "the compiler, or null",
  config_name: "the configuration, or null",
  config_url: "where the configuration is, or null",
  log_url: "where the whole log is, or null",
  log_excerpt: "the excerpt of the log, fetched where it is only linked, or null",
  input_files: "files that went in, as they were sent",
  output_files: "files that came out, as they were sent",
  number_value: "what was measured, or null",
  number_prefix: "the kind of prefix: `metric` or `binary`, or null",
  number_unit: "the unit of what was measured, or null",
  comment: "a remark for people, or null",
  misc: "data of the CI system's own, as it was sent",
  build_id: "the build that it is of, or null",
  test_id: "the test that it is of, or null",
  checkout_id: "the checkout that it is of; null where that is not known",
  checkout_origin: "who sent the checkout; null where it has not arrived",
  tree_name: "the tree, or null",
  git_repository_url: "the repository, or null",
  git_repository_branch: "the branch, or null",
  git_commit_hash: "the hash of the commit, or null",
  git_commit_name: "the name of the commit, or null",
  git_commit_tags: "the tags of the commit, or null",
  version: "the version of the issue",
  report_url: "where the issue is reported, or null",
  report_subject: "the subject of the report, or null",
  culprit_code: "whether the code is to blame, or null",
  culprit_tool: "whether a tool is, or null",
  culprit_harness: "whether the test harness is, or null",
  categories: "what kind of issue it is, or null",
  issue_id: "the issue",
  issue_version: "the version of the issue",
  present: "whether it was there, or null",
  build_status: "how the build ended, or null",
  test_status: "how the test ended, or null",
  found_build_id: "the build, null where it has not arrived",
  found_test_id: "the test, null where it has not arrived",
  _timestamp: "when it was last ingested",
};

/** The fields of what is read, below a place. */
function below(place: string, fields: Readonly<Partial<Record<ReadName, unknown>>>) {
  const names = Object.keys(fields) as ReadName[];
  return Object.fromEntries(
    names.map((name) => {
      const isList = readFields[name].type === "text[]";
      return [`${place}.${name}${isList ? "[]" : ""}`, meanings[name]];
    }),
  );
}

/** How many builds, boots and tests there are. */
function tally(place: string, meaning = statusCount) {
  return Object.fromEntries(
    ["builds", "boots", "tests"].map((kind) => [`${place}.${kind}.*`, meaning]),
  );
}

/** Since when a test or build fails; `run` is how runs are named. */
function since(place: string, run: string) {
  return {
    [place]: "since when it fails; null where it does not",
    [`${place}.state?`]: "`new`, `failing`, `never passed` or `first run`",
    [`${place}.failures?`]: "how many runs have failed since it passed",
    [`${place}.since?`]: `${run} of the first of these`,
    [`${place}.last_passed?`]: `${run} of the last run that passed, or null`,
  };
}

const { id: _id, _timestamp, ...ofTree } = checkoutFields;
const { git_commit_hash, origin } = ofTree;
const { architecture, compiler, config_name } = buildFields;
const { id, status, start_time, path, platform } = testFields;
const ofBuild = { id, status, start_time, _timestamp, config_name, architecture, compiler };

/** A run that is compared; of a build without path and platform. */
function compared(place: string, which: string) {
  const ofTests = Object.entries(below(place, { path, platform }));
  return {
    [place]: `the run of the ${which} commit; null where there is none`,
    ...below(place, ofBuild),
    ...Object.fromEntries(ofTests.map(([name, meaning]) => [`${name}?`, meaning])),
  };
}

/** What the `results` commands print: mostly rows with the fields that they are read by. */
export const resultsOutputs = {
  "results summary": {
    version: 1,
    fields: {
      "trees[]": "trees, each by its newest commit, or by the ones that are asked for",
      ...below("trees[]", ofTree),
      "trees[].checkout_ids[]": "all its checkouts of that commit",
      ...tally("trees[]"),
      "trees[].before": "the commit before, or null",
      ...below("trees[].before", { git_commit_hash, start_time }),
      ...tally("trees[].before.tally"),
    },
  },
  "results failures": {
    version: 1,
    fields: {
      "failures[]": "what failed, of most interest first",
      "failures[].kind": "`build` or `test`",
      ...below("failures[]", { ...buildFields, ...testFields }),
      "failures[].class": "as of `results compare`, to the commit before, or null",
      "failures[].verdict": verdict,
      ...since("failures[].since", "the commit"),
      "failures[].since.last_passed_id?": "the id of the last run that passed, or null",
      "failures[].history[]": "its last runs, the newest first",
      ...below("failures[].history[]", { id, status }),
      "failures[].error_msg": "its error message, or null",
      "failures[].log_lines[]": "the last lines of its log excerpt",
    },
  },
  "results builds": {
    version: 1,
    fields: { next, "builds[]": "builds, the newest first", ...below("builds[]", buildFields) },
  },
  "results boots": {
    version: 1,
    fields: { next, "boots[]": "boots, the newest first", ...below("boots[]", testFields) },
  },
  "results tests": {
    version: 1,
    fields: { next, "tests[]": "tests, the newest first", ...below("tests[]", testFields) },
  },
  "results test": {
    version: 1,
    fields: {
      ...below("test", testDetails),
      verdict,
      ...since("since", "the id"),
      "history[]": "its last runs, the newest first",
      ...below("history[]", testFields),
      history_is_cut: "whether there are more",
      "elsewhere[]": "how the same test ended at the same commit elsewhere",
      ...below("elsewhere[]", testFields),
      "issues[]": "known issues that were found in it",
      ...below("issues[]", issueFields),
    },
  },
  "results compare": {
    version: 1,
    fields: {
      ...below("older", { git_commit_hash }),
      ...tally("older"),
      ...below("newer", { git_commit_hash }),
      ...tally("newer"),
      ...tally("classes", "how many, by class"),
      "pairs[]": "what differs, or fails still",
      "pairs[].class": `\`${comparisonClasses.join("`, `")}\``,
      "pairs[].is_inconclusive": "whether the newer run neither passed nor failed",
      "pairs[].kind": "`build`, `boot` or `test`",
      ...compared("pairs[].older", "older"),
      ...compared("pairs[].newer", "newer"),
    },
  },
  "results hardware": {
    version: 1,
    fields: {
      "hardware[]": "platforms, those seen last first",
      ...below("hardware[]", { platform }),
      "hardware[].origins[]": "who sent tests of it",
      "hardware[].boots.*": statusCount,
      "hardware[].tests.*": statusCount,
      "hardware[].builds": "how many builds ran on it",
      "hardware[].last_seen": "when the last test began, or null",
    },
  },
  "results issues": {
    version: 1,
    fields: {
      "issues[]": "known issues, those ingested last first",
      ...below("issues[]", issueFields),
      "issues[].incidents[]": "where it was found, the earliest first",
      ...below("issues[].incidents[]", incidentFields),
    },
  },
  "results waiting": {
    version: 1,
    fields: {
      "builds.total": "how many builds wait for their checkout",
      "builds.ids": "for how many checkouts",
      "tests.total": "how many tests wait for their build",
      "tests.ids": "for how many builds",
      "waiting[]": "what waits: of one origin, for one id",
      "waiting[].kind": "`builds` or `tests`",
      ...below("waiting[]", { origin }),
      "waiting[].waits_for": "the id of the checkout or build",
      "waiting[].n": "how many wait for it",
      "waiting[].oldest": "when the first of them was ingested",
    },
  },
} as const;
