import type { Submission } from "../submission/submission.ts";
import { newestVersion } from "../submission/versions/versions.ts";
import { maxInteger } from "./limits.ts";
import type { Row, RowSet, Value } from "./row.ts";
import type { Column, Table } from "./table.ts";
import { timestampNow } from "./timestamp.ts";
import { addRows } from "./to-rows.ts";

/** Rows of one table that a database must take, made to see whether it does; their keys are new. */
export interface TrialRows {
  /** As submissions mostly have them, and with nothing but what they must have. */
  readonly usual: RowSet[];
  /** With the largest values that the columns hold, and characters of many scripts. */
  readonly extreme: RowSet;
}

/** Makes trial rows of a table, all of them different from any others. */
export function trialRows(table: Table): TrialRows {
  const usual = [fullSubmission(), bareSubmission()].map((submission) => {
    const all: RowSet = new Map();
    addRows(all, submission, timestampNow());
    return new Map([[table, all.get(table) ?? []]]);
  });
  return { usual, extreme: new Map([[table, [extremeRow(table)]]]) };
}

// --- internal ---

const origin = "kci_ingester";
/** One byte or two each in some encodings, none at all in others. */
const { major, minor } = newestVersion;
const scripts = "äßЖΩ中あ한😀";

function newId(): string {
  return `${origin}:trial-${Bun.randomUUIDv7()}`;
}

function fullSubmission(): Submission {
  const [issue, checkout, build, test] = [newId(), newId(), newId(), newId()];
  const start_time = new Date().toISOString();
  const log_url = "https://kernelci.org/trial.log";
  const files = [{ name: "trial.txt", url: "https://kernelci.org/trial.txt" }];
  const hash = new Bun.CryptoHasher("sha1").update(checkout).digest("hex");
  const common = { origin, comment: "trial", misc: { runtime: "lab-trial", lab: "lab-trial" } };
  const logged = { start_time, log_url, log_excerpt: "trial\n" };
  return {
    version: { major, minor },
    issues: [
      {
        ...{ id: issue, ...common, version: 1, report_url: log_url, report_subject: "trial" },
        ...{ culprit: { code: true, tool: false, harness: false }, categories: ["trial"] },
      },
    ],
    checkouts: [
      {
        ...{ id: checkout, ...common, ...logged, tree_name: "mainline", valid: true },
        ...{ git_repository_url: `https://git.kernel.org/${checkout}.git` },
        ...{ git_repository_branch: "master", git_commit_hash: hash, git_commit_name: "v6.18" },
        ...{ git_commit_message: "trial", git_commit_tags: ["v6.18"], patchset_hash: "" },
        ...{ git_repository_branch_tip: true, patchset_files: files, message_id: "a@b.c" },
        ...{ origin_builds_finish_time: start_time, origin_tests_finish_time: start_time },
      },
    ],
    builds: [
      {
        ...{ id: build, checkout_id: checkout, ...common, ...logged, duration: 1.5 },
        ...{ architecture: "x86_64", command: "make", compiler: "gcc-14", status: "PASS" },
        ...{ config_name: "defconfig", config_url: log_url },
        ...{ input_files: files, output_files: files },
      },
    ],
    tests: [
      {
        ...{ id: test, build_id: build, ...common, ...logged, duration: 1.5, path: "boot" },
        ...{ status: "PASS", number: { value: 1.5, unit: "s", prefix: "metric" } },
        environment: { comment: "trial", compatible: ["trial"], misc: { platform: "trial" } },
        ...{ input_files: files, output_files: files },
      },
    ],
    incidents: [
      {
        ...{ id: newId(), ...common, issue_id: issue, issue_version: 1, present: true },
        ...{ build_id: build, test_id: test },
      },
    ],
  };
}

/** What it must have, and a time: without one a checkout has no place in `latest_checkout`. */
function bareSubmission(): Submission {
  const [issue, checkout, build, test] = [newId(), newId(), newId(), newId()];
  const start_time = new Date().toISOString();
  return {
    version: { major, minor },
    issues: [{ id: issue, origin, version: 1 }],
    checkouts: [{ id: checkout, origin, start_time }],
    builds: [{ id: build, origin, checkout_id: checkout }],
    tests: [{ id: test, origin, build_id: build }],
    incidents: [{ id: newId(), origin, issue_id: issue, issue_version: 1 }],
  };
}

function extremeRow(table: Table): Row {
  return table.written.map((column) => extremeValue(column));
}

function extremeValue({ name, type, maxLength }: Column): Value {
  switch (type) {
    case "text":
      return `${newId()} ${scripts}`;
    case "varchar":
      return "中".repeat(maxLength ?? 1);
    case "json":
      return JSON.stringify({ trial: scripts });
    case "text[]":
      return [scripts];
    case "integer":
    case "bigint":
      return maxInteger;
    case "double":
      return Number.MAX_VALUE;
    case "boolean":
      return true;
    case "timestamp":
      return name === "_timestamp" ? timestampNow() : "9999-12-31T23:59:59.999999Z";
    case "bytes":
      return null;
  }
}
