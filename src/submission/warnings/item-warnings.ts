import { maskSecrets } from "../../base/mask-secrets.ts";
import type { FoundMistake } from "../mistakes.ts";
import type { Item, ListName } from "../submission.ts";
import { describe } from "../text/describe.ts";
import { printable } from "../text/printable.ts";
import type { Path } from "../upgrade/document.ts";
import type { FieldType } from "../versions/field.ts";
import { newestVersion } from "../versions/versions.ts";

/** Takes a warning about an object: where in it, and what it is. */
export type Warn = (field: Path, warning: Omit<FoundMistake, "path">) => void;

/** When now is, as far as warnings ask. */
export interface Today {
  /** The day after tomorrow, `2025-02-02`: what begins then, in any zone, is still to come. */
  readonly future: string;
}

/** No duration of a build or test is longer. */
const maxSeconds = 30 * 24 * 60 * 60;
/** No kernel was built before. */
const firstYear = "1991";
const withPassword = /^[a-z][a-z0-9+.-]*:\/\/([^/?#@]*:[^/?#@]*@)/i;

/** The fields of a list that hold times, URLs and files. */
interface Facts {
  readonly times: readonly string[];
  readonly urls: readonly string[];
  readonly files: readonly string[];
}

const factsByList = new Map<string, Facts>(
  Object.entries(newestVersion.lists).map(([list, { fields }]) => {
    const having = (test: (type: FieldType) => boolean) =>
      Object.keys(fields).filter((name) => fields[name] && test(fields[name].type));
    const isOf = (format: string) => (type: FieldType) =>
      type.kind === "string" && type.format === format;
    return [
      list,
      {
        times: having(isOf("date-time")).filter((name) => name !== "_timestamp"),
        urls: having(isOf("uri")),
        files: having((type) => type.kind === "list" && type.items.kind === "object"),
      },
    ];
  }),
);

/** Finds what is odd about one object of a valid submission without being a mistake. */
export function warnOfItem(list: ListName, item: Item, today: Today, warn: Warn): void {
  const { id, origin, duration } = item;
  if (id.charCodeAt(origin.length) !== 0x3a || !id.startsWith(origin))
    warnOfOrigin(id, origin, warn);
  if (typeof duration === "number" && !(duration >= 0 && duration <= maxSeconds)) {
    warnOfDuration(duration, warn);
  }
  const { times, urls, files } = factsByList.get(list) as Facts;
  for (const name of times) {
    const time = item[name];
    if (typeof time === "string" && (time >= today.future || time < firstYear))
      warnOfTime(name, time, warn);
  }
  for (const name of urls) {
    const url = item[name];
    if (typeof url === "string" && url.includes("@")) warnOfPassword([name], url, warn);
  }
  for (const name of files) {
    const entries = item[name] as { url: string }[] | undefined;
    for (let at = 0; entries && at < entries.length; at++) {
      const url = entries[at]?.url;
      if (url?.includes("@")) warnOfPassword([name, at, "url"], url, warn);
    }
  }
  if (list === "tests") {
    if (item.path === undefined || item.path === "")
      warnOfMissing("no-path", "path", "without it nobody can tell which test it is", warn);
    if (item.status === undefined)
      warnOfMissing("no-status", "status", "without it the test counts for nothing", warn);
  } else if (list === "checkouts" && item.git_commit_hash === undefined) {
    warnOfMissing("no-hash", "git_commit_hash", "results of one commit are found by it", warn);
  } else if (list === "incidents" && item.build_id === undefined && item.test_id === undefined) {
    warn([], {
      code: "no-subject",
      expected: "`build_id` or `test_id`",
      missing: "build_id",
      hint: "say in which build or test the issue was seen",
    });
  }
}

// --- internal ---

function warnOfOrigin(id: string, origin: string, warn: Warn): void {
  warn(["id"], {
    code: "other-origin",
    expected: `an id that begins with ${printable(`${origin}:`, 60)}`,
    value: id,
    hint: "an id begins with the origin of its object",
  });
}

function warnOfDuration(duration: number, warn: Warn): void {
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

function warnOfTime(name: string, time: string, warn: Warn): void {
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

function warnOfPassword(field: Path, url: string, warn: Warn): void {
  const secret = withPassword.exec(url)?.[1];
  if (secret === undefined) return;
  warn(field, {
    code: "password-in-url",
    expected: "a URL without user and password",
    got: describe(maskSecrets(url.replace(secret, "***:***@"))),
    hint: "everybody can read it: take it out, and choose another password",
  });
}

function warnOfMissing(code: string, field: string, hint: string, warn: Warn): void {
  warn([], { code, expected: `the field \`${field}\``, missing: field, hint });
}
