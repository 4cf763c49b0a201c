import { toLabel } from "../base/label.ts";
import type { FoundMistake } from "../submission/mistakes.ts";
import { type Item, type ListName, listNames, type Submission } from "../submission/submission.ts";
import { newestVersion, versions } from "../submission/versions/versions.ts";
import {
  findDuplicates,
  mayHaveDuplicates,
  quickCharacters,
} from "../submission/warnings/duplicate-keys.ts";
import { isWarningKind, type WarningKind } from "../submission/warnings/kinds.ts";
import { isOld } from "../submission/warnings/old-version.ts";
import { WarningFinder } from "../submission/warnings/warning-finder.ts";
import type { WarningTally } from "./warning-tally.ts";

/** This share of a worker's time goes into looking for warnings, */
const share = 0.001;
/** and so much of it at once, in milliseconds, after a while in which there was nothing to look at. */
const atOnceMs = 1;
/** So much of it is kept for origins that were not looked at lately. */
const keptMs = atOnceMs / 2;
/** No look takes more. */
const mostMs = 3;
/** An origin that was looked at within this time gives way to others. */
const latelyMs = 1_000;
/** So many origins are known as such. */
const maxOrigins = 200;
/** So many objects of a list are looked at: the first. */
const maxObjects = 1_000;

/** What is to be looked at: a submission as it was sent, but in the form of the newest version. */
export interface Sampled {
  readonly submission: Submission;
  /** The version that the file names. */
  readonly version: string;
  /** The text of the file, where it is held. */
  readonly text?: string;
}

/**
 * Looks for warnings in as many submissions as a small share of a worker's time allows: all of them as long as few
 * come, a sample when many do, in which origins that send little have their place.
 */
export class WarningSampler {
  readonly #nowMs: () => number;
  readonly #lately = new Set<string>();
  #isFirst = true;
  #last: string | undefined;
  #leftMs = atOnceMs;
  #filledAtMs: number;
  #forgotAtMs: number;

  /** `nowMs`: a clock that never goes back. */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
    this.#filledAtMs = nowMs();
    this.#forgotAtMs = this.#filledAtMs;
  }

  /** Some time has passed; to be called once for many submissions. */
  begin(): void {
    const nowMs = this.#nowMs();
    this.#leftMs = Math.min(atOnceMs, this.#leftMs + share * (nowMs - this.#filledAtMs));
    this.#filledAtMs = nowMs;
    if (nowMs - this.#forgotAtMs < latelyMs) return;
    this.#lately.clear();
    this.#last = undefined;
    this.#forgotAtMs = nowMs;
  }

  /** What is odd about a submission; undefined when it is not looked at. It is not changed. */
  look(sampled: Sampled, example: string): WarningTally | undefined {
    const leftMs = this.#leftMs;
    if (leftMs <= 0) return undefined;
    const origin = firstOrigin(sampled.submission);
    if (origin === undefined) return undefined;
    // Neighbours are mostly alike.
    if (leftMs < keptMs && (origin === this.#last || this.#lately.has(origin))) return undefined;
    this.#last = origin;
    if (this.#lately.size < maxOrigins) this.#lately.add(origin);
    const startMs = this.#nowMs();
    const tally = tallyOf(sampled, origin, example);
    // The first time that a thread does something takes much longer than any other; what takes very long waited for a
    // processor: there is not so much to look at.
    const tookMs = this.#isFirst ? 0 : Math.min(this.#nowMs() - startMs, mostMs);
    this.#isFirst = false;
    this.#leftMs = leftMs - tookMs;
    return tally;
  }
}

// --- internal ---

/** What an upgrade may add comes last: it is not the submitter's. */
function firstOrigin({ checkouts, builds, tests, issues, incidents }: Submission) {
  const first = checkouts?.[0] ?? builds?.[0] ?? tests?.[0] ?? issues?.[0] ?? incidents?.[0];
  return first?.origin;
}

function tallyOf(
  { submission, version, text }: Sampled,
  origin: string,
  example: string,
): WarningTally {
  const rules = versions.find(({ name }) => name === version) ?? newestVersion;
  const found = new Map<string, Set<WarningKind>>();
  const kindsOf = (one: string) => found.getOrInsertComputed(one, () => new Set());
  const add = ({ path: [list, place], code }: FoundMistake) => {
    // What is odd about the whole of it is the first one's.
    const item = submission[list as ListName]?.[place as number];
    if (isWarningKind(code)) kindsOf(item?.origin ?? origin).add(code);
  };
  const finder = new WarningFinder(rules, Date.now(), { add });
  for (const list of listNames) {
    const items = firstOf(submission[list] ?? []);
    for (const item of items) if (!finder.isMade(item)) kindsOf(item.origin);
    finder.add(list, items);
  }
  for (const list of finder.listsToCompare) finder.compare(list, firstOf(submission[list] ?? []));
  if (text !== undefined && text.length <= quickCharacters) {
    const parsed = isOld(rules) ? JSON.parse(text) : submission;
    if (mayHaveDuplicates(text, parsed)) findDuplicates(text, { add });
  }
  return [...found].map(([one, kinds]) => ({
    origin: toLabel(one),
    lookedAt: 1,
    warned: Number(kinds.size > 0),
    kinds: Object.fromEntries([...kinds].map((kind) => [kind, 1])),
    example: kinds.size > 0 ? example : undefined,
  }));
}

function firstOf(items: readonly Item[]): readonly Item[] {
  return items.length > maxObjects ? items.slice(0, maxObjects) : items;
}
