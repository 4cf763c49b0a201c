import { maskSecrets } from "../../base/mask-secrets.ts";
import { Carried } from "../carried/carried.ts";
import { carriedValues, isCarriedList } from "../carried/values.ts";
import type { FoundMistake } from "../mistakes.ts";
import type { Item, ListName } from "../submission.ts";
import { describe } from "../text/describe.ts";
import { printable } from "../text/printable.ts";
import type { Path } from "../upgrade/document.ts";
import type { WarningKind } from "./kinds.ts";

/** Takes a warning about an object: where in it, and what it is. */
export type Warn = (
  field: Path,
  warning: Omit<FoundMistake, "path"> & { code: WarningKind },
) => void;

/** When now is, and of what a submission is, as far as warnings ask. */
export interface Circumstances {
  /** It has an older major version, and was upgraded. */
  readonly isOld: boolean;
  /** The day after tomorrow, `2025-02-02`: what begins then, in any zone, is still to come. */
  readonly future: string;
}

/** No duration of a build or test is longer. */
const maxSeconds = 30 * 24 * 60 * 60;
/** No kernel was built before. */
const firstYear = "1991";
/** The user ends at the first colon: else a URL of many colons would be gone through once for each. */
const withPassword = /^[a-z][a-z0-9+.-]*:\/\/([^/?#@:]*:[^/?#@]*@)/i;

/**
 * Finds what is odd about one object of a valid submission without being a mistake. Most objects have nothing odd:
 * each field is asked for by its name, which is fastest.
 */
export function warnOfItem(list: ListName, item: Item, at: Circumstances, warn: Warn): void {
  const { id, origin, duration, start_time, log_url, input_files, output_files } = item;
  if (id.charCodeAt(origin.length) !== 0x3a || !id.startsWith(origin))
    warnOfOrigin(id, origin, at, warn);
  if (duration !== undefined) warnOfDuration(duration, warn);
  if (start_time !== undefined) warnOfTime("start_time", start_time, at, warn);
  if (log_url !== undefined) warnOfPassword(["log_url"], log_url, warn);
  if (input_files !== undefined) warnOfFiles("input_files", input_files, warn);
  if (output_files !== undefined) warnOfFiles("output_files", output_files, warn);
  switch (list) {
    case "tests":
      if (item.path === undefined || item.path === "") warnOfMissing("no-path", "path", warn);
      if (item.status === undefined) warnOfMissing("no-status", "status", warn);
      break;
    case "builds":
      if (item.config_url !== undefined) warnOfPassword(["config_url"], item.config_url, warn);
      break;
    case "checkouts":
      warnOfCheckout(item, at, warn);
      break;
    case "issues":
      if (item.report_url !== undefined) warnOfPassword(["report_url"], item.report_url, warn);
      break;
    case "incidents":
      if (item.build_id === undefined && item.test_id === undefined) warn([], withoutSubject);
  }
}

// --- internal ---

function warnOfCheckout(item: Item, at: Circumstances, warn: Warn): void {
  const { git_repository_url, patchset_files } = item;
  if (item.git_commit_hash === undefined) warnOfMissing("no-hash", "git_commit_hash", warn);
  if (git_repository_url !== undefined)
    warnOfPassword(["git_repository_url"], git_repository_url, warn);
  if (patchset_files !== undefined) warnOfFiles("patchset_files", patchset_files, warn);
  for (const name of ["origin_builds_finish_time", "origin_tests_finish_time"]) {
    if (item[name] !== undefined) warnOfTime(name, item[name], at, warn);
  }
}

function warnOfOrigin(id: string, origin: string, { isOld }: Circumstances, warn: Warn): void {
  // The upgrade of a revision has put that before it.
  if (isOld && id.startsWith(`_:${origin}:`)) return;
  warn(["id"], {
    code: "other-origin",
    expected: `an id that begins with ${printable(`${origin}:`, 60)}`,
    value: id,
    hint: "an id begins with the origin of its object",
  });
}

function warnOfDuration(duration: unknown, warn: Warn): void {
  if (typeof duration !== "number" || (duration >= 0 && duration <= maxSeconds)) return;
  const isNegative = duration < 0;
  warn(["duration"], {
    code: "odd-duration",
    expected: `0 to ${maxSeconds} seconds`,
    value: duration,
    hint: isNegative
      ? "look at how it is worked out; leave the field out where it is not known"
      : "durations are seconds: perhaps these are milliseconds or nanoseconds",
  });
}

function warnOfTime(name: string, time: unknown, { future }: Circumstances, warn: Warn): void {
  if (typeof time !== "string" || (time < future && time >= firstYear)) return;
  const isEarly = time < firstYear;
  warn([name], {
    code: isEarly ? "early-time" : "future-time",
    expected: isEarly ? `a time from ${firstYear} on` : "a time that has come",
    value: time,
    hint: isEarly
      ? "leave the field out where the time is not known"
      : "look at the clock and the zone of the machine",
  });
}

function warnOfFiles(name: string, files: unknown, warn: Warn): void {
  if (isCarriedList(files)) {
    if (!Carried.bytesOf(files).includes(0x40)) return;
    let at = 0;
    for (const file of carriedValues(files)) warnOfFile([name, at++, "url"], file, warn);
  } else if (Array.isArray(files)) {
    for (let at = 0; at < files.length; at++) warnOfFile([name, at, "url"], files[at], warn);
  }
}

function warnOfFile(field: Path, file: unknown, warn: Warn): void {
  const url = (file as { url?: unknown } | undefined)?.url;
  if (typeof url === "string" && url.includes("@")) warnOfPassword(field, url, warn);
}

function warnOfPassword(field: Path, url: unknown, warn: Warn): void {
  if (typeof url !== "string" || !url.includes("@")) return;
  const secret = withPassword.exec(url)?.[1];
  if (secret === undefined) return;
  warn(field, {
    code: "password-in-url",
    expected: "a URL without user and password",
    got: describe(maskSecrets(url.replace(secret, "***:***@"))),
    hint: "everybody can read it: take it out, and choose another password",
  });
}

const withoutSubject = {
  code: "no-subject" as const,
  expected: "`build_id` or `test_id`",
  missing: "build_id",
  hint: "say in which build or test the issue was seen",
};

const reasons = {
  "no-path": "without it nobody can tell which test it is",
  "no-status": "without it the test counts for nothing",
  "no-hash": "results of one commit are found by it",
};

function warnOfMissing(code: keyof typeof reasons, field: string, warn: Warn): void {
  warn([], { code, expected: `the field \`${field}\``, missing: field, hint: reasons[code] });
}
