import { isObject } from "../base/is-object.ts";
import { explain } from "./explain.ts";
import { type Advice, type Fix, moveTo, replaceAt } from "./hints/fix.ts";
import { writtenVersion } from "./hints/hint-case.ts";
import { type FoundMistake, Mistakes } from "./mistakes.ts";
import { namedVersion } from "./select-version.ts";
import { printable } from "./text/printable.ts";
import { documentType } from "./versions/field.ts";
import { newestVersion, versions } from "./versions/versions.ts";

const { major: newestMajor, minor: newestMinor } = newestVersion;

/** Says what is wrong with the version of a document for which `selectVersion` finds none. */
export function explainVersion(document: Record<string, unknown>): FoundMistake {
  const { version } = document;
  if (version === undefined)
    return { ...absent, ...(unwrap(document) ?? adviceFor(guess(document), "add")) };
  const named = namedVersion(document);
  if (named !== undefined) {
    const names = versions.map((known) => known.name).join(", ");
    const expected = `a known version: ${names}`;
    const got = typeof version === "string" ? undefined : named;
    const advice =
      typeof version === "string"
        ? adviceForText(version, document)
        : adviceForNumbers(named, document);
    return { path: ["version"], code: "unknown-version", expected, value: version, got, ...advice };
  }
  const mistakes = new Mistakes(1);
  explain(documentType(newestVersion), { version }, mistakes);
  const unreadable = {
    path: ["version"],
    code: "type",
    expected: example(newestVersion.name),
    value: version,
  };
  const meant = typeof version === "object" ? meantNumbers(version) : meantText(String(version));
  return {
    ...(mistakes.groups[0]?.first ?? unreadable),
    ...adviceFor(meant ?? guess(document), "write"),
  };
}

// --- internal ---

const absent: FoundMistake = {
  path: [],
  code: "required",
  expected: "the field `version`",
  missing: "version",
};

function example(name: string): string {
  return `"version": ${writtenVersion(numbersOf(name))}`;
}

function numbersOf(name: string): { major: number; minor: number } {
  const [major = 0, minor = 0] = name.split(".").map(Number);
  return { major, minor };
}

function adviceFor(name: string, verb: "add" | "write"): Advice {
  const value = numbersOf(name);
  const fix: Fix = [{ op: verb === "add" ? "add" : "replace", path: "/version", value }];
  return { hint: `${verb} ${example(name)}`, fix };
}

/** A submission in a wrapper: the one field whose value looks like one. */
function unwrap(document: Record<string, unknown>): Advice | undefined {
  const found = Object.entries(document).find(
    ([, value]) => isObject(value) && isObject(value.version),
  );
  if (!found) return undefined;
  const hint = `the submission is inside ${printable(found[0])}: send what is in there, nothing around it`;
  return { hint, fix: [moveTo([found[0]], [])] };
}

/** The newest version that has all the lists of a document. */
function guess(document: Record<string, unknown>): string {
  const lists = Object.keys(document).filter((name) =>
    versions.some((one) => Object.hasOwn(one.lists, name)),
  );
  const fitting = versions.findLast((one) => lists.every((list) => Object.hasOwn(one.lists, list)));
  return (fitting ?? newestVersion).name;
}

function meantText(text: string): string | undefined {
  const [, major, minor = "0"] =
    /^\s*v?(\d{1,3})(?:[.,_-](\d{1,3}))?(?:\.\d+)?\s*$/i.exec(text) ?? [];
  return versions.find(({ name }) => name === `${Number(major)}.${Number(minor)}`)?.name;
}

function meantNumbers(version: unknown): string | undefined {
  if (!isObject(version)) return undefined;
  const { major, minor } = version;
  if (typeof major === "number" && !Number.isInteger(major)) return meantText(String(major));
  return meantText(minor === undefined || minor === null ? String(major) : `${major}.${minor}`);
}

function adviceForText(text: string, document: Record<string, unknown>): Advice {
  const name = meantText(text) ?? guess(document);
  const value = numbersOf(name);
  return {
    hint: `write "version": ${writtenVersion(value)}`,
    fix: [replaceAt(["version"], value)],
  };
}

function adviceForNumbers(named: string, document: Record<string, unknown>): Advice {
  const { major, minor } = numbersOf(named);
  const isNewer = major > newestMajor || (major === newestMajor && minor > newestMinor);
  const last = versions.findLast((one) => one.major === major)?.name;
  const words = isNewer
    ? `${newestVersion.name} is the newest version that is supported`
    : last
      ? `${last} is the last version of ${major}`
      : "there is no such version";
  const name = isNewer ? newestVersion.name : (last ?? guess(document));
  return {
    hint: `${words}: write ${example(name)}`,
    fix: [replaceAt(["version"], numbersOf(name))],
  };
}
