import { type Pattern, patterns } from "../formats/patterns.ts";
import { printable } from "../text/printable.ts";
import type { StringType } from "../versions/field.ts";
import { findViolation } from "../violation.ts";
import { type Advice, addAt, moveTo, moveToMisc, replaceAt } from "./fix.ts";
import { advise, type HintCase, isNeeded, itemOf, leaveOut, writeInstead } from "./hint-case.ts";
import { links } from "./links.ts";

type Hint = (given: HintCase, type: StringType, value: string) => Advice | undefined;

const byPattern: ReadonlyMap<Pattern, Hint> = new Map<Pattern, Hint>([
  [patterns.id, hintForId],
  [patterns.idLine, hintForId],
  [patterns.idPrefix, hintForId],
  [patterns.origin, hintForOrigin],
  [patterns.originOrEmpty, hintForOrigin],
  [patterns.commitHash, hintForHash],
  [patterns.revisionId, hintForHash],
  [patterns.patchsetHash, hintForPatchset],
  [patterns.path, hintForPath],
  [patterns.dotsAndWords, hintForPath],
  [patterns.compatible, hintForCompatible],
  [patterns.compatibleOld, hintForCompatible],
  [patterns.fileName, hintForFileName],
  [patterns.fileNameOld, hintForFileName],
]);

/** Says what to write for a text that has not the pattern of its type. */
export function hintForPattern(
  given: HintCase,
  type: StringType,
  value: string,
): Advice | undefined {
  return type.pattern && byPattern.get(type.pattern)?.(given, type, value);
}

/** The nearest word that may be an origin: lower case, `_` for what stands between its parts. */
export function toOrigin(text: string): string {
  return text
    .slice(0, 200)
    .toLowerCase()
    .trim()
    .replaceAll(/[^a-z0-9_]+/g, "_")
    .replaceAll(/^_+|_+$/g, "");
}

// --- internal ---

function hintForOrigin(given: HintCase, type: StringType, value: string): Advice | undefined {
  if (given.mistake.path.at(-1) !== "origin") {
    const word = toOrigin(value);
    return word === ""
      ? leaveOut(given, "use lower-case letters, digits and _, or leave the field out")
      : writeInstead(given, "use lower-case letters, digits and _ only: ", word);
  }
  const { id } = itemOf(given);
  const prefix = typeof id === "string" ? toOrigin(/^([^:]*):/.exec(id)?.[1] ?? "") : "";
  const word = toOrigin(value) || prefix;
  if (word === "" || findViolation(type, word)) {
    return advise(
      "name the CI system in lower-case letters, digits and _, the same in all that it sends",
    );
  }
  const words =
    "an origin has lower-case letters, digits and _ only, and the ids begin with it: write ";
  return writeInstead(given, words, word);
}

function hintForId(given: HintCase, type: StringType, value: string): Advice | undefined {
  const own = itemOf(given).origin;
  const origin = (typeof own === "string" && toOrigin(own)) || "origin";
  if (value.trim() === "") {
    const name = String(given.mistake.path.at(-1));
    const hint = Object.hasOwn(links, name) ? links[name] : undefined;
    if (hint && !isNeeded(given.mistake)) return leaveOut(given, `${hint}, or leave the field out`);
    return advise(hint ?? `give it an id of its own, as "${origin}:name"`);
  }
  const colon = value.indexOf(":");
  const line = (text: string) => (findViolation(type, text) ? text.replaceAll("\n", " ") : text);
  if (colon < 0) {
    const meant = line(`${origin}:${value}`);
    return writeInstead(given, "put the origin before it: ", meant);
  }
  const prefix = value.slice(0, colon);
  const meant = line(`${toOrigin(prefix) || origin}${value.slice(colon)}`);
  if (findViolation(type, meant)) return advise("begin it with the origin and a colon");
  const words = /^[a-zA-Z0-9_]+$/.test(prefix)
    ? "the origin before the colon is in lower case: "
    : "the origin before the colon has lower-case letters, digits and _ only: ";
  const isOneLine = meant === line(value);
  return writeInstead(given, isOneLine ? "an id is one line: " : words, meant);
}

function hintForHash(given: HintCase, type: StringType, value: string): Advice | undefined {
  const { mistake } = given;
  const meant = value
    .trim()
    .toLowerCase()
    .replace(/^(?:0x|sha1:|commit |[a-z0-9_]+:(?=[0-9a-f]{40}))/, "");
  if (!findViolation(type, meant)) {
    return writeInstead(given, "write the hash in lower case, nothing before it: ", meant);
  }
  if (/^[0-9a-f]{4,39}$/.test(meant)) {
    const count = `it has ${meant.length} digits of 40`;
    return advise(`${count}: git rev-parse ${meant} gives them all`);
  }
  if (isNeeded(mistake))
    return advise("name the revision by its commit: git rev-parse HEAD gives it");
  if (/^[0-9a-f]{41,}$/.test(meant)) {
    return advise(
      "this is no SHA-1 of git: give that, or put the other into `misc`",
      ...moveToMisc(mistake.path, itemOf(given)),
    );
  }
  const inside = new Set(value.slice(0, 1000).match(/\b[0-9a-f]{40}\b/g));
  const [alone = ""] = inside;
  if (inside.size === 1 && !findViolation(type, alone)) {
    return writeInstead(given, "write the hash alone: ", alone);
  }
  const name = "git_commit_name";
  if (
    mistake.owner &&
    Object.hasOwn(mistake.owner.fields, name) &&
    itemOf(given)[name] === undefined
  ) {
    const hint = `this is the name of a commit, not its hash: call the field \`${name}\``;
    return advise(hint, moveTo(mistake.path, [...mistake.path.slice(0, -1), name]));
  }
  return leaveOut(given, "git rev-parse gives the hash; leave the field out if there is none");
}

function hintForPatchset(given: HintCase, type: StringType, value: string): Advice | undefined {
  const meant = value
    .trim()
    .toLowerCase()
    .replace(/^(?:0x|sha256:|none|null|n\/a|0+$)/, "");
  if (!findViolation(type, meant)) {
    return writeInstead(
      given,
      "64 digits in lower case, or nothing where there are no patches: ",
      meant,
    );
  }
  const what = "the SHA-256 of the SHA-256s of the patches, one a line";
  if (given.version.major < 4) {
    return advise(`what follows the + of the id is ${what}: leave both out if it is not known`);
  }
  return leaveOut(given, `it is ${what}; leave the field out if it is not known`);
}

/** The path of a test as it was perhaps meant, if that would do. */
function hintForPath(given: HintCase, { pattern }: StringType, value: string): Advice | undefined {
  if (value.length > 1000) return advise("name the test in a few words joined by dots");
  if (/^[a-z]+:\/\//i.test(value))
    return leaveOut(given, "a path names the test, a URL goes elsewhere: leave the field out");
  const meant = value
    .replaceAll(/[/:.\\]+/g, ".")
    .replaceAll(/[^\w.-]+/g, "_")
    .replaceAll(/^[._]+|[._]+$/g, "");
  if (meant !== "" && pattern?.regex.test(meant)) {
    return { hint: `write ${printable(meant, 60)}`, fix: [replaceAt(given.mistake.path, meant)] };
  }
  return leaveOut(
    given,
    "a path has letters, digits, _, - and dots: leave the field out if it has no name",
  );
}

function hintForCompatible(given: HintCase, _type: StringType, value: string): Advice | undefined {
  const list = given.mistake.path.slice(0, -1);
  const at = Number(given.mistake.path.at(-1));
  const words = value.split(/[\s\0]+/).filter(Boolean);
  if (words.length === 0) return leaveOut(given, "leave an empty entry out");
  const [first, ...others] = words;
  const added = others.map((word, place) => addAt([...list, at + 1 + place], word));
  const shown = words.map((word) => printable(word, 40)).join(", ");
  return advise(
    `no spaces within an entry, each word is one of its own: ${shown}`,
    replaceAt([...list, at], first),
    ...added,
  );
}

function hintForFileName(given: HintCase, type: StringType, value: string): Advice | undefined {
  const url = itemOf(given).url;
  const ofUrl = typeof url === "string" ? (/([^/?#]+)\/?(?:[?#].*)?$/.exec(url)?.[1] ?? "") : "";
  const name = value === "" ? ofUrl : value.replaceAll("/", "_").replace(/^_+(?=.)/, "");
  if (name === "" || findViolation(type, name)) return advise("give the file a name");
  const words = value === "" ? "give the file a name: " : "a file name has no /: ";
  return writeInstead(given, words, name);
}
