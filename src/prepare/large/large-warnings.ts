import { Mistakes } from "../../submission/mistakes.ts";
import type { Item } from "../../submission/submission.ts";
import type { Document } from "../../submission/upgrade/document.ts";
import type { Version } from "../../submission/versions/field.ts";
import {
  duplicateAt,
  findDuplicates,
  mayRepeatKeys,
} from "../../submission/warnings/duplicate-keys.ts";
import {
  type WarningOptions,
  type Warnings,
  wordWarnings,
} from "../../submission/warnings/find-warnings.ts";
import { WarningFinder } from "../../submission/warnings/warning-finder.ts";
import type { LargeDocument, ReadPart } from "./document.ts";
import { placesInDocument } from "./places.ts";
import { type LargeSubmission, newestName, upgradedParts } from "./submissions.ts";

/** Finds what is odd in a document that is read part by part, as `findWarnings` does, in bounded memory. */
export class LargeWarnings {
  readonly #document: LargeDocument;
  readonly #version: Version;
  readonly #isThorough: boolean;
  readonly #mistakes: Mistakes;
  readonly #finder: WarningFinder;

  constructor(
    document: LargeDocument,
    version: Version,
    { nowMs, thorough, maxIssues }: WarningOptions & { maxIssues: number },
  ) {
    this.#document = document;
    this.#version = version;
    this.#isThorough = thorough;
    this.#mistakes = new Mistakes(maxIssues);
    this.#finder = new WarningFinder(version, nowMs, this.#mistakes);
    for (const name of document.repeated) this.#mistakes.add(duplicateAt([name]));
  }

  /** Looks at the text of the version. */
  addVersion(text: string): void {
    if (!this.#isThorough) return;
    findDuplicates(text, this.#mistakes, (path) => ["version", ...path]);
  }

  /** Looks at a part as it stands in the file. */
  addText(list: string, { part, text: read, items, carried }: ReadPart): void {
    if (!this.#isThorough || !(carried?.hasRepeats ?? mayRepeatKeys(read, items))) return;
    const text = carried ? this.#document.text(part.start, part.end) : read;
    findDuplicates(`[${text}]`, this.#mistakes, ([place, ...path]) => [
      list,
      part.first + Number(place),
      ...path,
    ]);
  }

  /** Looks at a part once it is valid and has the form of the newest version. */
  add(list: string, { part }: ReadPart, upgraded: Document): void {
    const name = newestName(list);
    const all = this.#document.members.get(list)?.count;
    this.#finder.add(name, upgraded[name] as Item[], part.first, all);
  }

  /** What there is; objects of one id are read once more. */
  *find(submission: LargeSubmission): Generator<void, Warnings> {
    for (const list of this.#finder.listsToCompare) {
      for (const { one, part } of upgradedParts(submission, list)) {
        this.#finder.compare(list, one[list] as Item[], part.first);
        yield;
      }
    }
    const places = placesInDocument(this.#document);
    return wordWarnings(this.#mistakes, this.#finder.outside, this.#version, places);
  }
}
