import { expect, test } from "bun:test";
import { isDeepStrictEqual } from "node:util";
import { readSubmission } from "../../src/prepare/read-submission.ts";
import { newestVersion } from "../../src/submission/versions/versions.ts";
import { type Case, caseFiles, fixtures } from "./cases.ts";

/** Our code for each of the reference's reasons against an upgrade. */
const upgradeCodes: Record<string, string> = {
  git_repository_url: "upgrade-url",
  test_path: "upgrade-path",
  nul_character: "upgrade-nul",
  v2_id_without_origin: "upgrade-id",
  version_not_python_int: "type",
};

/** What no column holds leaves a trace in the text: NUL, half a pair, ten digits, an exponent. */
const beyondColumns = /\\u(?:0000|[dD][89a-fA-F])|[0-9]{10}|[0-9][eE]\+?[0-9]{2}/;

/** The newest version that the cases know. */
const newestOfCases = [5, 3] as const;

test("the cases of all seven families are here", () => {
  expect(fixtures.map(({ name, read }) => [name, read().length])).toEqual([
    ["minimal", 974],
    ["mutation", 3708],
    ["rawbytes", 18],
    ["rawtext", 188],
    ["semantics", 694],
    ["upgrade", 1203],
    ["version", 259],
  ]);
});

test.each(caseFiles)("$name: the reference's verdicts and upgraded documents", ({ name, read }) => {
  const cases = read();
  const tally: Record<string, number> = {};
  const differences: string[] = [];
  for (const one of cases) {
    const verdict = verdictOn(one);
    if (verdict.startsWith("DIFFERS")) differences.push(`${one.name}: ${verdict}`);
    else tally[verdict] = (tally[verdict] ?? 0) + 1;
  }
  console.log(name, cases.length, tally);
  expect(differences).toEqual([]);
});

/** Holds one case against our reading: the class of agreement, or how it differs. */
function verdictOn(one: Case): string {
  const input = one.doc_base64 === undefined ? textOf(one) : Buffer.from(one.doc_base64, "base64");
  const reading = readSubmission(input);
  if (!reading.accepted) {
    const { reason, issues } = reading.refusal;
    if (issues.length === 0) return "DIFFERS: refused without an issue";
    if (!one.valid) return "invalid";
    if (one.nonstandard_json) return `refused, ${reason}`;
    if (reason === "unstorable") {
      return beyondColumns.test(textOf(one)) ? reason : "DIFFERS: nothing in it is unstorable";
    }
    if (reason !== "upgrade-impossible") return `DIFFERS: refused, ${reason}`;
    if (one.upgraded_valid === false) return "refused, upgraded breaks the newest";
    const code = upgradeCodes[one.upgrade_error_reason ?? ""];
    return issues[0]?.code === code ? `refused, ${code}` : `DIFFERS: ${issues[0]?.code}`;
  }
  // The reference gave up on nesting or digits; the format has no such limit.
  if (one.python_limit) return "accepted beyond the reference's limits";
  if (!one.valid) {
    return isLater(reading.version)
      ? "of a version that the cases do not know"
      : "DIFFERS: accepted";
  }
  if (one.upgrade_error || one.upgraded_valid === false) return "DIFFERS: upgraded";
  // What a newer version than the cases know adds is nothing that they have.
  const { major, minor } = newestVersion;
  const upgraded = one.upgraded ?? JSON.parse(one.upgraded_text ?? "");
  const expected = { ...upgraded, version: { major, minor } };
  return isDeepStrictEqual(plain(reading.submission), plain(expected))
    ? "valid"
    : `DIFFERS: ${JSON.stringify(reading.submission)}`;
}

/** Whether a version came after the cases: then their verdict on it counts no longer. */
function isLater(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > newestOfCases[0] || (major === newestOfCases[0] && minor > newestOfCases[1]);
}

function textOf(one: Case): string {
  return one.doc ?? JSON.stringify(one.data);
}

/** The document as any reader of JSON sees it: numbers as doubles, without a sign on zero. */
function plain(document: unknown): unknown {
  return JSON.parse(JSON.stringify(document), (_, value) => (value === 0 ? 0 : value));
}
