import { testDetails } from "../../results/details.ts";
import { incidentFields, issueFields } from "../../results/issues.ts";
import { buildFields, checkoutFields, testFields } from "../../results/runs.ts";
import { comparisonClasses } from "../../results/verdict.ts";

const statusCount = "counts by status; `NULL` for no status";
const next = "value for `--after` to continue the list; null at the end";
const verdict =
  "the verdict of its last runs: `pass`, `fail`, `fixed`, `regression`, `unstable`; or null";

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
  start_time: "when it started, or null",
  duration: "how long it took in seconds, or null",
  path: "the path of the test, or null",
  platform: "the board or machine that it ran on, or null",
  environment_compatible: "compatible strings of the board's device tree, or null",
  environment_comment: "a comment on the machine, or null",
  environment_misc: "more about the machine, as sent",
  lab: "the lab, or null",
  architecture: "the architecture of the build, or null",
  compiler: "the compiler, or null",
  config_name: "the configuration, or null",
  config_url: "URL of the configuration, or null",
  log_url: "URL of the full log, or null",
  log_excerpt: "the log excerpt, downloaded if it is stored elsewhere, or null",
  input_files: "input files, as sent",
  output_files: "output files, as sent",
  number_value: "the measured value, or null",
  number_prefix: "the unit prefix: `metric` or `binary`, or null",
  number_unit: "the unit of the measurement, or null",
  comment: "a comment for people, or null",
  misc: "extra data from the CI system, as sent",
  build_id: "its build, or null",
  test_id: "its test, or null",
  checkout_id: "its checkout; null if unknown",
  checkout_origin: "the origin of the checkout; null if it has not arrived",
  tree_name: "the tree, or null",
  git_repository_url: "the repository, or null",
  git_repository_branch: "the branch, or null",
  git_commit_hash: "the hash of the commit, or null",
  git_commit_name: "the name of the commit, or null",
  git_commit_tags: "the tags of the commit, or null",
  version: "the version of the issue",
  report_url: "where the issue is reported, or null",
  report_subject: "the subject of the report, or null",
  culprit_code: "whether the kernel code is the culprit, or null",
  culprit_tool: "whether a tool is the culprit, or null",
  culprit_harness: "whether the test harness is the culprit, or null",
  categories: "the categories of the issue, or null",
  issue_id: "the issue",
  issue_version: "the version of the issue",
  present: "whether the issue was present, or null",
  build_status: "the status of the build, or null",
  test_status: "the status of the test, or null",
  found_build_id: "the build; null if it has not arrived",
  found_test_id: "the test; null if it has not arrived",
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
    [place]: "since when it has been failing; null if it does not fail",
    [`${place}.state?`]: "`new`, `failing`, `never passed` or `first run`",
    [`${place}.failures?`]: "number of failed runs since it last passed",
    [`${place}.since?`]: `${run} of the first failed run`,
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
    [place]: `the run at the ${which} commit, or null`,
    ...below(place, ofBuild),
    ...Object.fromEntries(ofTests.map(([name, meaning]) => [`${name}?`, meaning])),
  };
}

/** What the `results` commands print: mostly rows with the fields that they are read by. */
export const resultsOutputs = {
  "results summary": {
    version: 1,
    fields: {
      "trees[]": "trees with their newest commit, or with the commits requested",
      ...below("trees[]", ofTree),
      "trees[].checkout_ids[]": "all checkouts of that commit",
      ...tally("trees[]"),
      "trees[].before": "the previous commit, of the 60 days before, or null",
      ...below("trees[].before", { git_commit_hash, start_time }),
      ...tally("trees[].before.tally"),
    },
  },
  "results failures": {
    version: 1,
    fields: {
      "failures[]": "what failed, most interesting first",
      "failures[].kind": "`build` or `test`",
      ...below("failures[]", { ...buildFields, ...testFields }),
      "failures[].class": "as of `results compare`, to the previous commit, or null",
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
      "elsewhere[]": "the same test at the same commit elsewhere",
      ...below("elsewhere[]", testFields),
      "issues[]": "known issues found in it",
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
      "pairs[]": "what differs or still fails",
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
      "hardware[]": "platforms, most recently seen first",
      ...below("hardware[]", { platform }),
      "hardware[].origins[]": "the origins that sent tests for it",
      "hardware[].boots.*": statusCount,
      "hardware[].tests.*": statusCount,
      "hardware[].builds": "number of builds that ran on it",
      "hardware[].last_seen": "when the last test started, or null",
    },
  },
  "results issues": {
    version: 1,
    fields: {
      "issues[]": "known issues, most recently ingested first",
      ...below("issues[]", issueFields),
      "issues[].incidents[]": "where it was found, earliest first",
      ...below("issues[].incidents[]", incidentFields),
    },
  },
  "results waiting": {
    version: 1,
    fields: {
      "builds.total": "number of builds waiting for a checkout",
      "builds.ids": "number of checkouts they wait for",
      "tests.total": "number of tests waiting for a build",
      "tests.ids": "number of builds they wait for",
      "waiting[]": "what is waiting, grouped by origin and missing id",
      "waiting[].kind": "`builds` or `tests`",
      ...below("waiting[]", { origin }),
      "waiting[].waits_for": "the id of the checkout or build",
      "waiting[].n": "how many are waiting for it",
      "waiting[].oldest": "when the first of them was ingested",
    },
  },
} as const;
