import { list, object, required, type Version } from "./field.ts";
import {
  boolean,
  commitHash,
  compatible,
  dateTime,
  email,
  excerpt,
  files,
  httpsUri,
  id,
  misc,
  number,
  origin,
  patchsetHash,
  path,
  revisionNumber,
  status,
  text,
  uri,
  word,
} from "./types.ts";

const checkout = object("checkout", {
  _timestamp: dateTime,
  id: required(id),
  origin: required(origin),
  tree_name: text,
  git_repository_url: httpsUri,
  git_commit_hash: commitHash,
  git_commit_name: text,
  git_commit_tags: list(text),
  git_commit_message: text,
  git_repository_branch: text,
  git_repository_branch_tip: boolean,
  patchset_files: files,
  patchset_hash: patchsetHash,
  message_id: email,
  comment: text,
  start_time: dateTime,
  origin_builds_finish_time: dateTime,
  origin_tests_finish_time: dateTime,
  log_url: uri,
  log_excerpt: excerpt,
  valid: boolean,
  misc,
});

const build = object("build", {
  _timestamp: dateTime,
  checkout_id: required(id),
  id: required(id),
  origin: required(origin),
  comment: text,
  start_time: dateTime,
  duration: number,
  architecture: word,
  command: text,
  compiler: text,
  input_files: files,
  output_files: files,
  config_name: text,
  config_url: uri,
  log_url: uri,
  log_excerpt: excerpt,
  status,
  misc,
});

const environment = object("environment", {
  compatible: list(compatible),
  comment: text,
  misc,
});

const measurement = object("number", {
  value: required(number),
  unit: text,
  prefix: { kind: "string", values: ["metric", "binary"] },
});

const test = object("test", {
  _timestamp: dateTime,
  build_id: required(id),
  id: required(id),
  origin: required(origin),
  environment,
  path,
  comment: text,
  log_url: uri,
  log_excerpt: excerpt,
  status,
  number: measurement,
  start_time: dateTime,
  duration: number,
  input_files: files,
  output_files: files,
  misc,
});

const issue = object("issue", {
  _timestamp: dateTime,
  id: required(id),
  version: required(revisionNumber),
  origin: required(origin),
  categories: list(path),
  report_url: uri,
  report_subject: text,
  culprit: object("culprit", { code: boolean, tool: boolean, harness: boolean }),
  comment: text,
  misc,
});

const incident = object("incident", {
  _timestamp: dateTime,
  id: required(id),
  origin: required(origin),
  issue_id: required(id),
  issue_version: required(revisionNumber),
  build_id: id,
  test_id: id,
  present: boolean,
  comment: text,
  misc,
});

/** Version 5.3, whose field tables stand in full: the others are derived from it (`submission/README.md` 1). */
export const v5_3: Version = {
  name: "5.3",
  major: 5,
  minor: 3,
  lists: {
    checkouts: checkout,
    builds: build,
    tests: test,
    issues: issue,
    incidents: incident,
  },
};
