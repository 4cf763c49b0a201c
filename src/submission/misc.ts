import { Carried } from "./carried/carried.ts";
import type { Document, DocumentItem } from "./upgrade/document.ts";

/** What was found in the `misc` objects of a document. */
export interface MiscFacts {
  hasNumbers: boolean;
  /** Levels of nesting inside the deepest `misc`; counting stops one beyond the limit. */
  depth: number;
}

/** Looks through every `misc` of a valid document, at most `maxDepth` levels deep. */
export function surveyMisc(document: Document, maxDepth: number): MiscFacts {
  const facts: MiscFacts = { hasNumbers: false, depth: 0 };
  for (const { misc } of miscOwners(document)) {
    if (!(misc instanceof Carried)) survey(misc, 1, maxDepth, facts);
    else {
      const { hasNumbers, depth } = Carried.factsOf(misc);
      facts.hasNumbers ||= hasNumbers;
      facts.depth = Math.max(facts.depth, depth);
    }
  }
  return facts;
}

/** Replaces every `misc` by that of another reading of the same text. */
export function adoptMisc(document: Document, other: Document): void {
  const owners = miscOwners(other);
  for (const owner of miscOwners(document)) owner.misc = owners.next().value?.misc;
}

/** The objects of a valid document that have a `misc`, in the order of the document. */
export function* miscOwners(document: Document): Generator<DocumentItem> {
  for (const list of Object.values(document)) {
    if (!Array.isArray(list)) continue;
    for (const item of list as DocumentItem[]) {
      if (item.misc !== undefined) yield item;
      const environment = item.environment as DocumentItem | undefined;
      if (environment?.misc !== undefined) yield environment;
    }
  }
}

function survey(value: unknown, depth: number, maxDepth: number, facts: MiscFacts): void {
  if (typeof value === "number") facts.hasNumbers = true;
  if (typeof value !== "object" || value === null) return;
  if (depth > facts.depth) facts.depth = depth;
  if (depth > maxDepth) return;
  if (Array.isArray(value)) {
    for (const part of value) survey(part, depth + 1, maxDepth, facts);
  } else {
    for (const key in value) survey((value as DocumentItem)[key], depth + 1, maxDepth, facts);
  }
}
