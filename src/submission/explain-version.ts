import { explain } from "./explain.ts";
import { type FoundMistake, Mistakes } from "./mistakes.ts";
import { namedVersion } from "./select-version.ts";
import { documentType } from "./versions/field.ts";
import { newestVersion, versions } from "./versions/versions.ts";

const { major: newestMajor, minor: newestMinor } = newestVersion;
const example = `"version": {"major": ${newestMajor}, "minor": ${newestMinor}}`;

/** Says what is wrong with the version of a document for which `selectVersion` finds none. */
export function explainVersion(document: Record<string, unknown>): FoundMistake {
  const { version } = document;
  if (version === undefined) {
    const expected = "the field `version`";
    return { path: [], code: "required", expected, missing: "version", hint: `add ${example}` };
  }
  const named = namedVersion(document);
  if (named !== undefined) {
    const names = versions.map((known) => known.name).join(", ");
    const expected = `a known version: ${names}`;
    const hint = typeof version === "string" ? hintForText(version) : hintForNumbers(named);
    const got = typeof version === "string" ? undefined : named;
    return { path: ["version"], code: "unknown-version", expected, value: version, got, hint };
  }
  const mistakes = new Mistakes(1);
  explain(documentType(newestVersion), { version }, mistakes);
  const unreadable = { path: ["version"], code: "type", expected: example, value: version };
  return { hint: `write ${example}`, ...(mistakes.first[0] ?? unreadable) };
}

function hintForText(text: string): string | undefined {
  const [, major, minor] = /^([1-9])\.([0-9])\n?$/.exec(text) ?? [];
  return major && `write it as {"major": ${major}, "minor": ${minor}}`;
}

function hintForNumbers(named: string): string | undefined {
  const [major = 0, minor = 0] = named.split(".").map(Number);
  const isNewer = major > newestMajor || (major === newestMajor && minor > newestMinor);
  return isNewer ? `${newestVersion.name} is the newest version that is supported` : undefined;
}
