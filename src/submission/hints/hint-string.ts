import { countCodePoints, lastCodePoints } from "../text/code-points.ts";
import { printable } from "../text/printable.ts";
import type { StringType } from "../versions/field.ts";
import { versions } from "../versions/versions.ts";
import { findViolation } from "../violation.ts";
import { type Advice, replaceAt } from "./fix.ts";
import {
  advise,
  type HintCase,
  isNeeded,
  leaveOut,
  writeInstead,
  writtenVersion,
} from "./hint-case.ts";
import { hintForPattern } from "./hint-pattern.ts";
import { hintForTime } from "./hint-time.ts";
import { hintForUrl } from "./hint-url.ts";
import { meansNothing, meantWord, statusMeanings } from "./meant-word.ts";

/** A longer text is not looked at for what it could mean. */
const longest = 16_000;

/** Says what to write for a text that breaks a rule of its type. */
export function hintForString(
  given: HintCase,
  type: StringType,
  value: string,
): Advice | undefined {
  const { mistake } = given;
  if (mistake.path[0] === "version" && mistake.path.length === 1) {
    return writeInstead(given, "write the version as ", { major: 1, minor: 1 });
  }
  if (mistake.code === "max-length") return hintForLength(given, type, value);
  if (value.length > longest)
    return advise(`it has ${value.length} characters: a few are meant to do`);
  if (value.includes("\0")) {
    const words = "take the \\u0000 out: ";
    const clean = value.replaceAll("\0", "");
    return clean === "" && !isNeeded(mistake)
      ? leaveOut(given, "there is nothing but \\u0000: leave the field out")
      : writeInstead(given, words, clean);
  }
  const trimmed = value.trim();
  if (trimmed !== value && trimmed !== "" && !findViolation(type, trimmed)) {
    return writeInstead(given, "take the white space around it away: ", trimmed);
  }
  if (/^(?:\$\(.+\)|\$\{?\w+\}?|`.+`)$/.test(trimmed))
    return advise(
      "the shell did not fill this in, as within single quotes: put the value in its place",
    );
  if (/^(?:\{\{.*\}\}|%\w+%|@\w+@)$/.test(trimmed))
    return advise("a placeholder was not filled in: put the value in its place");
  if (meansNothing(value) && !isNeeded(mistake) && mistake.path.at(-1) !== "patchset_hash") {
    const what = type.format === "uri" ? "if there is no URL" : "if there is nothing to tell";
    return leaveOut(given, `leave the field out ${what}`);
  }
  if (type.values) return hintForWord(given, value, type.values);
  if (type.format === "date-time") return hintForTime(given, value);
  if (type.format === "uri") return hintForUrl(given, type, value);
  if (type.format === "email") {
    const hint =
      "give the Message-ID of the mail, which has an @; leave the field out if there was no mail";
    return leaveOut(given, hint);
  }
  return hintForPattern(given, type, value);
}

// --- internal ---

function hintForWord(given: HintCase, value: string, allowed: readonly string[]): Advice {
  const word = meantWord(value, allowed);
  const newer =
    word === value.toUpperCase()
      ? undefined
      : versions.find(
          ({ lists, major, minor }) =>
            major === given.version.major &&
            minor > given.version.minor &&
            Object.values(lists).some(({ name, fields }) => {
              const field = given.mistake.owner?.name === name ? fields.status?.type : undefined;
              return field?.kind === "string" && field.values?.includes(value.toUpperCase());
            }),
        );
  if (newer) {
    const { name, major, minor } = newer;
    return advise(
      `${printable(value.toUpperCase())} exists from ${name} on: name that version, ${writtenVersion(newer)}`,
      replaceAt(["version"], { major, minor }),
    );
  }
  if (allowed.includes("metric")) {
    const isBinary = /^(?:binary|[kmgtp]i|kibi|mebi|gibi|tebi|iec|1024)/i.test(value);
    return writeInstead(
      given,
      "metric is for prefixes of 1000, as k or M, binary for 1024, as Ki or Mi: write ",
      isBinary ? "binary" : "metric",
    );
  }
  if (word) {
    const hint = `write ${word}: upper case, nothing around it`;
    return advise(hint, replaceAt(given.mistake.path, word));
  }
  return leaveOut(given, `${statusMeanings}; leave the field out if none of them fits`);
}

/** Counts as the limit counts: code points. The end of a log says most. */
function hintForLength(given: HintCase, { maxLength = 0 }: StringType, value: string): Advice {
  const count = countCodePoints(value);
  const hint = `it has ${count} characters: cut ${count - maxLength}, best at its beginning; the whole log can be at \`log_url\``;
  return advise(hint, replaceAt(given.mistake.path, lastCodePoints(value, maxLength)));
}
