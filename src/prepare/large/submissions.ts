import type { Part } from "../../submission/json/outline.ts";
import { adoptMisc, surveyMisc } from "../../submission/misc.ts";
import { maxDepth, parseTextExactly } from "../../submission/parse-text.ts";
import {
  type Item,
  type ListName,
  listNames,
  type Submission,
} from "../../submission/submission.ts";
import type { Document, UpgradeError } from "../../submission/upgrade/document.ts";
import { upgrade } from "../../submission/upgrade/upgrade.ts";
import type { Version } from "../../submission/versions/field.ts";
import { documentOf, type LargeDocument, type ReadPart } from "./document.ts";

/** An accepted submission that is too large to be held. */
export interface LargeSubmission {
  readonly document: LargeDocument;
  readonly version: Version;
  /** How many of its tests are waived: each adds an incident, all together one issue. */
  readonly waived: number;
}

/** The lists of a version in the order in which their rows are made, by the names they have there. */
export function listsOf({ lists }: Version): string[] {
  return listNames
    .map((name) => (name === "checkouts" && !Object.hasOwn(lists, name) ? "revisions" : name))
    .filter((name) => Object.hasOwn(lists, name));
}

/** The name of a list of any version in the newest. */
export function newestName(list: string): ListName {
  return (list === "revisions" ? "checkouts" : list) as ListName;
}

/** Gives numbers in `misc` the form in which they are written. Answers false when they cannot be read so. */
export function readExactly(
  list: string,
  { text, carried }: ReadPart,
  document: Document,
): boolean {
  // What is carried is as it is written.
  if (carried) return true;
  const exact = parseTextExactly(`[${text}]`);
  if ("problem" in exact) return false;
  adoptMisc(document, { [list]: exact.value });
  return true;
}

/** Brings a document to the newest version, and takes out what that adds to it. */
export function upgradePart(
  document: Document,
  version: Version,
  list: string,
): { impossible: UpgradeError | undefined; issues: Item[]; incidents: Item[] } {
  const impossible = upgrade(document, version);
  const added = (name: string) => (name === list ? [] : ((document[name] ?? []) as Item[]));
  return { impossible, issues: added("issues"), incidents: added("incidents") };
}

/** A part of a list, upgraded: a document with its objects, and what the upgrade adds to other lists. */
interface UpgradedPart {
  readonly one: Document;
  readonly issues: Item[];
  readonly incidents: Item[];
  readonly part: Part;
  readonly carried: ReadPart["carried"];
}

/** The objects of a list, by the name that it has in the newest version, part by part and upgraded. */
export function* upgradedParts(
  { document, version }: Pick<LargeSubmission, "document" | "version">,
  name: ListName,
): Generator<UpgradedPart> {
  const keys = document.fieldsOf(version);
  const list = listsOf(version).find((one) => newestName(one) === name) ?? name;
  const member = document.members.get(list);
  for (const read of member ? document.parts(member) : []) {
    const one = documentOf(keys, version, list, read.items);
    if (read.part.hasOddNumbers && surveyMisc(one, maxDepth).hasNumbers) {
      readExactly(list, read, one);
    }
    const { issues, incidents } = upgradePart(one, version, list);
    const { part, carried } = read;
    yield { one, issues, incidents, part, carried };
  }
}

/** A piece of a large submission, and how many bytes of the file it comes from. */
export interface SubmissionPart {
  readonly submission: Submission;
  readonly bytes: number;
  /** Of one of which some is carried: there is no looking at that once its rows are made, and this lets go of it. */
  readonly letGo?: () => void;
}

/**
 * A large submission as many small ones of the newest version, in the order in which its rows are to be written: list by
 * list, and what an upgrade adds behind what is there.
 */
export function* submissionsOf(whole: LargeSubmission): Generator<SubmissionPart> {
  const { version, waived } = whole;
  const lists = listsOf(version);
  function* added(list: "issues" | "incidents") {
    for (const made of waived > 0 ? upgradedParts(whole, "tests") : []) {
      // The tests themselves are not told of here.
      (made.one.tests as Item[]).length = 0;
      if (made[list].length === 0) continue;
      yield partWith(made, list, made[list]);
      if (list === "issues") return;
    }
  }
  for (const name of listNames) {
    const isThere = lists.some((one) => newestName(one) === name);
    for (const made of isThere ? upgradedParts(whole, name) : []) {
      yield partWith(made, name, made.one[name] as Item[]);
    }
    if (name === "issues" || name === "incidents") yield* added(name);
  }
}

// --- internal ---

function partWith(made: UpgradedPart, list: ListName, items: Item[]): SubmissionPart {
  const { one, part, carried } = made;
  const submission = { version: one.version, [list]: items } as Submission;
  const bytes = part.end - part.start;
  if (!carried) return { submission, bytes };
  const letGo = () => {
    items.length = 0;
    carried.close();
  };
  return { submission, bytes, letGo };
}
