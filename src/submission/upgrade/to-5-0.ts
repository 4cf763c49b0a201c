import { Carried } from "../carried/carried.ts";
import { carriedValues, isCarriedList, isList } from "../carried/values.ts";
import { patterns } from "../formats/patterns.ts";
import {
  type Document,
  type DocumentItem,
  itemsOf,
  type Path,
  type UpgradeError,
} from "./document.ts";

const waivedIssue = "_:waived";
/** The origin of the issue and the incidents that stand for waivers. */
export const waiverOrigin = "_";

/**
 * 4.x to 5.0: only https, only dotted paths, no NUL; waivers become incidents
 * (`submission/README.md` 6).
 */
export function to5_0(document: Document): UpgradeError | undefined {
  return (
    upgradeCheckouts(document) ??
    upgradeBuilds(document) ??
    upgradeTests(document) ??
    upgradeIssues(document) ??
    findNul(document)
  );
}

function upgradeCheckouts(document: Document): UpgradeError | undefined {
  for (const [place, checkout] of itemsOf(document, "checkouts").entries()) {
    delete checkout.contacts;
    const url = checkout.git_repository_url;
    if (url === undefined || String(url).startsWith("https://")) continue;
    return {
      path: ["checkouts", place, "git_repository_url"],
      code: "upgrade-url",
      expected: "a URL that begins with https://, which versions from 5.0 on ask for",
      value: url,
      hint: "give the https:// address of the repository",
    };
  }
  return undefined;
}

function upgradeBuilds(document: Document): undefined {
  for (const build of itemsOf(document, "builds")) {
    if (!Object.hasOwn(build, "valid")) continue;
    build.status = build.valid ? "PASS" : "FAIL";
    delete build.valid;
  }
}

function upgradeTests(document: Document): UpgradeError | undefined {
  let issueAdded = false;
  for (const [place, test] of itemsOf(document, "tests").entries()) {
    const path = test.path;
    if (path !== undefined && !patterns.path.regex.test(String(path))) {
      return {
        path: ["tests", place, "path"],
        code: "upgrade-path",
        expected: `${patterns.path.words}, which versions from 5.0 on ask for`,
        value: path,
        hint: "no dot may stand first, last or beside another",
      };
    }
    const waived = test.waived;
    delete test.waived;
    if (waived !== true) continue;
    if (!issueAdded) append(document, "issues", makeWaivedIssue());
    issueAdded = true;
    append(document, "incidents", makeWaivedIncident(String(test.id)));
  }
  return undefined;
}

function append(document: Document, list: string, item: DocumentItem): void {
  if (document[list] === undefined) document[list] = [];
  itemsOf(document, list).push(item);
}

function makeWaivedIssue(): DocumentItem {
  return {
    id: waivedIssue,
    origin: waiverOrigin,
    version: 1,
    comment: "Test waived as unreliable",
  };
}

function makeWaivedIncident(testId: string): DocumentItem {
  return {
    id: `${waivedIssue}:1:${testId}`,
    origin: waiverOrigin,
    issue_id: waivedIssue,
    issue_version: 1,
    test_id: testId,
    present: true,
  };
}

function upgradeIssues(document: Document): undefined {
  for (const issue of itemsOf(document, "issues")) {
    delete issue.build_valid;
    delete issue.test_status;
  }
}

/** Finds text with NUL anywhere but in `misc`; a valid document is shallow outside it. */
function findNul(value: unknown, path: Path = []): UpgradeError | undefined {
  if (typeof value === "string") {
    if (!value.includes("\0")) return undefined;
    return {
      path,
      code: "upgrade-nul",
      expected: patterns.noNul.words,
      value,
      hint: "remove the \\u0000",
    };
  }
  if (typeof value !== "object" || value === null) return undefined;
  const isItem = isList(value);
  for (const [key, part] of entriesOf(value)) {
    if (key === "misc") continue;
    if (isCarriedList(part) && !Carried.factsOf(part).hasBadCharacters) continue;
    const found = findNul(part, [...path, isItem ? Number(key) : key]);
    if (found) return found;
  }
  return undefined;
}

/** The values of an object, or of a list that may be carried, each with its name or place. */
function* entriesOf(value: object): Iterable<[string, unknown]> {
  if (!isCarriedList(value)) {
    yield* Object.entries(value);
    return;
  }
  let place = 0;
  for (const part of carriedValues(value)) yield [String(place++), part];
}
