import { growthOf, maxGrowthOf } from "../../rows/jsonb.ts";
import { findUnstorable, type Suspicions } from "../../rows/unstorable.ts";
import { Carried } from "../../submission/carried/carried.ts";
import { explain } from "../../submission/explain.ts";
import type { Member } from "../../submission/json/outline.ts";
import { type MiscFacts, miscOwners, surveyMisc } from "../../submission/misc.ts";
import { maxDepth } from "../../submission/parse-text.ts";
import { Origins } from "../../submission/refuse.ts";
import type { Item, Submission } from "../../submission/submission.ts";
import type { Document, Path } from "../../submission/upgrade/document.ts";
import { isValid } from "../../submission/validator.ts";
import { documentType, type Version } from "../../submission/versions/field.ts";
import { newestVersion } from "../../submission/versions/versions.ts";
import { mayBeTooLarge, mayHaveOddVersion, suspicionsOf } from "../suspicions.ts";
import { documentOf, type LargeDocument, type ReadPart } from "./document.ts";
import { FirstObstacle } from "./first-obstacle.ts";
import type { LargeWarnings } from "./large-warnings.ts";
import { ListMistakes, type Placed } from "./list-mistakes.ts";
import { listsOf, newestName, readExactly, upgradePart } from "./submissions.ts";

/** What was found in the lists of a document, to be decided on when all of it is known. */
export class Findings {
  /** Against the rules of its version, against those of the newest once upgraded, and against databases. */
  readonly invalid: ListMistakes;
  readonly broken: ListMistakes;
  unstorable: ListMistakes;
  readonly obstacle = new FirstObstacle();
  readonly origins = new Map<string, Origins>();
  readonly misc = { hasNumbers: false, depth: 0, isUnreadable: false };
  /** Whether a text has a number in it that asks for a reading of numbers as written. */
  mayHaveOddVersion = false;
  waived = 0;
  /** How much numbers grow: those in parts that have odd ones in `misc`, and whether those in others do. */
  readonly growth = { counted: 0, isElsewhere: false };

  constructor(maxIssues: number) {
    this.invalid = new ListMistakes(maxIssues);
    this.broken = new ListMistakes(maxIssues);
    this.unstorable = new ListMistakes(maxIssues);
  }
}

/** Looks at every object of the lists that a version has. */
export function* findAll(
  document: LargeDocument,
  version: Version,
  maxIssues: number,
  warnings?: LargeWarnings,
): Generator<void, Findings> {
  const findings = new Findings(maxIssues);
  for (const [list, member] of membersOf(document, version)) {
    const origins = new Origins();
    findings.origins.set(list, origins);
    for (const part of document.parts(member)) {
      document.count(part);
      origins.add(part.items);
      warnings?.addText(list, part);
      lookAt(document, version, list, part, findings, warnings);
      yield;
    }
  }
  const { hasNumbers, isUnreadable } = findings.misc;
  const { counted, isElsewhere } = findings.growth;
  const mayBeTooLong = counted > maxGrowthOf(document.textLength);
  const { invalid, broken, obstacle } = findings;
  const isRefused = invalid.count + broken.count > 0 || obstacle.isThere || isUnreadable;
  if (!isRefused && hasNumbers && (isElsewhere || mayBeTooLong)) {
    findings.unstorable = new ListMistakes(maxIssues);
    yield* countGrowth(document, version, findings);
  }
  return findings;
}

/** The fields of a document as far as it can be upgraded, in their order. */
export function keysOf(document: LargeDocument, version: Version, findings: Findings): string[] {
  if (findings.obstacle.has("upgrade-id")) return [...document.members.keys()];
  return upgradedKeys(document, version, hasWaivers(findings));
}

/** The fields of a document that is upgraded, in their order: lists with a new name, and new ones, come last. */
export function upgradedKeys(
  { members }: LargeDocument,
  { major }: Version,
  hasWaivers: boolean,
): string[] {
  const keys = [...members.keys()].filter((key) => major >= 4 || key !== "revisions");
  if (major < 4 && members.has("revisions")) keys.push("checkouts");
  if (!hasWaivers) return keys;
  const added = ["issues", "incidents"].filter((list) => !members.has(list));
  return [...keys, ...added];
}

/** Whether the upgrade has come as far as to add something for waived tests. */
export function hasWaivers({ waived, obstacle }: Findings): boolean {
  return waived > 0 && !obstacle.has("upgrade-id") && !obstacle.has("upgrade-url");
}

// --- internal ---

/** The lists of a version that are lists in the document. */
function* membersOf(document: LargeDocument, version: Version): Generator<[string, Member]> {
  for (const list of listsOf(version)) {
    const member = document.members.get(list);
    if (member?.isList) yield [list, member];
  }
}

function lookAt(
  document: LargeDocument,
  version: Version,
  list: string,
  part: ReadPart,
  findings: Findings,
  warnings: LargeWarnings | undefined,
): void {
  const { invalid, broken, unstorable, obstacle, misc, growth } = findings;
  const keys = document.fieldsOf(version);
  const one = documentOf(keys, version, list, part.items);
  const { waived } = findings;
  const place = (path: Path) => placeIn(document, list, part, waived, path);
  if (!isValid(version, one)) {
    explain(documentType(version), one, invalid.of(place));
  }
  // The verdict is known: only its mistakes are wanted.
  if (invalid.count > 0) return;

  const facts = surveyMisc(one, maxDepth);
  misc.hasNumbers ||= facts.hasNumbers;
  misc.depth = Math.max(misc.depth, facts.depth);
  if (document.outline.depth > maxDepth) {
    findings.mayHaveOddVersion ||= mayHaveOddVersion(part.text);
  }
  const hasNumbers = facts.hasNumbers && part.part.hasOddNumbers;
  if (hasNumbers && !readExactly(list, part, one)) {
    misc.isUnreadable = true;
    return;
  }
  if (!hasNumbers && !growth.isElsewhere) growth.isElsewhere = hasGrowth(part.items);

  const { impossible, incidents } = upgradePart(one, version, list);
  // A document is upgraded up to the first obstacle.
  if (!obstacle.has("upgrade-path")) findings.waived += incidents.length;
  if (impossible) obstacle.add({ ...impossible, path: place(impossible.path).path });
  else if (version.major < newestVersion.major && !isValid(newestVersion, one)) {
    explain(documentType(newestVersion), one, broken.of(place));
  } else if (broken.count === 0) {
    const mistakes = unstorable.of(place);
    growth.counted = findUnstorable(
      one as Submission,
      suspicionsIn(part, one, { ...facts, hasNumbers }, Infinity),
      (found) => mistakes.add({ ...found, code: "unstorable" }),
      growth.counted,
    );
    warnings?.add(list, part, one);
  }
}

/** What a part could hold that no database does; what is carried in it is not in its text. */
function suspicionsIn(
  { text, carried, units }: ReadPart,
  one: Document,
  misc: MiscFacts,
  maxGrowth: number,
): Suspicions {
  const suspicions = suspicionsOf(text, misc, maxGrowth);
  if (!carried) return suspicions;
  const hasBad = miscOwners(one).some(
    (owner) => owner.misc instanceof Carried && Carried.factsOf(owner.misc).hasBadCharacters,
  );
  return {
    ...suspicions,
    characters: suspicions.characters || carried.hasBadTexts || hasBad,
    sizes: mayBeTooLarge(units),
  };
}

/** Gives a place in a part its place in the document. */
function placeIn(
  document: LargeDocument,
  list: string,
  { part }: ReadPart,
  waived: number,
  path: Path,
): Placed {
  const [name, place, ...rest] = path;
  const isAdded = name !== list && name !== newestName(list);
  if (name === undefined || typeof place !== "number") return { path, isAdded: false };
  const before = isAdded
    ? (document.members.get(String(name))?.count ?? 0) + (name === "incidents" ? waived : 0)
    : part.first;
  return { path: [name, before + place, ...rest], isAdded };
}

/** Looks once more, at numbers outside of `misc` too: they count where any `misc` has some. */
function* countGrowth(
  document: LargeDocument,
  version: Version,
  findings: Findings,
): Generator<void> {
  const keys = document.fieldsOf(version);
  const maxGrowth = maxGrowthOf(document.textLength);
  let grown = 0;
  let waived = 0;
  for (const [list, member] of membersOf(document, version)) {
    for (const part of document.parts(member)) {
      const one = documentOf(keys, version, list, part.items);
      const facts = surveyMisc(one, maxDepth);
      if (facts.hasNumbers && part.part.hasOddNumbers) readExactly(list, part, one);
      const { incidents } = upgradePart(one, version, list);
      const before = waived;
      const mistakes = findings.unstorable.of((path) =>
        placeIn(document, list, part, before, path),
      );
      const suspicions = suspicionsIn(part, one, { ...facts, hasNumbers: true }, maxGrowth);
      grown = findUnstorable(
        one as Submission,
        suspicions,
        (found) => mistakes.add({ ...found, code: "unstorable" }),
        grown,
      );
      waived += incidents.length;
      yield;
    }
  }
}

/** Whether a number of these objects, outside of `misc`, is longer in a database. */
function hasGrowth(items: readonly unknown[]): boolean {
  return (items as Item[]).some(({ version, issue_version, duration, number }) => {
    const value = (number as { value?: number } | undefined)?.value;
    return [version, issue_version, duration, value].some(
      (one) => typeof one === "number" && growthOf(one) > 0,
    );
  });
}
