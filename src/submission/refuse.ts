import { isObject } from "../base/is-object.ts";
import { Mistakes } from "./mistakes.ts";
import type { PlaceFinder } from "./places.ts";
import type { Reason, Refusal, Stage } from "./refusal.ts";
import type { Version } from "./versions/field.ts";
import { wordMistakes } from "./word-mistakes.ts";

/** Where a submission was refused, and what of it could be read until then. */
export interface RefusedAt {
  stage: Stage;
  reason: Reason;
  /** Finds mistakes in the file. */
  places?: PlaceFinder;
  /** The origins that the submission names, as far as it goes. */
  origins?: readonly string[];
  /** The version that the file names; it need not exist. */
  version?: string | undefined;
  /** The version whose rules the file was held against. */
  rules?: Version;
  /** Tell of each mistake what a program could do about it. */
  fixes?: boolean | undefined;
}

const maxOrigins = 20;
const originWord = /^[a-z0-9_]{1,100}$/;
const idPrefix = /^[a-z0-9_]{1,100}(?=:)/;

/** Puts mistakes into words: the refusal of a submission that has at least one. */
export function refuse(at: RefusedAt, mistakes: Mistakes): Refusal {
  const isUpgraded = at.stage !== "validate" || at.reason === "unstorable";
  const issues = wordMistakes(mistakes, { ...at, isUpgraded });
  if ("tooDeep" in issues) {
    const tooDeep = new Mistakes(1).with(issues.tooDeep);
    return refuse({ ...at, stage: "parse", reason: "too-deep" }, tooDeep);
  }
  const [first] = issues;
  return {
    stage: at.stage,
    reason: at.reason,
    message: first ? `${first.path}: expected ${first.expected}, got ${first.got}` : at.reason,
    origins: [...(at.origins ?? [])].sort(),
    ...(at.version === undefined ? {} : { version: at.version }),
    issues,
    issueCount: mistakes.count,
  };
}

/** Collects the origins that the objects of a list name, in their order, up to a number. */
export class Origins {
  readonly #found = new Set<string>();
  #last: unknown;

  /** Those of broken objects as far as they go. */
  add(items: readonly unknown[]): void {
    for (const item of items) {
      if (this.#found.size >= maxOrigins) return;
      if (!isObject(item)) continue;
      const { id, origin = typeof id === "string" ? idPrefix.exec(id)?.[0] : undefined } = item;
      // Neighbours mostly have the same.
      if (origin === this.#last) continue;
      this.#last = origin;
      if (typeof origin === "string" && originWord.test(origin)) this.#found.add(origin);
    }
  }

  get found(): ReadonlySet<string> {
    return this.#found;
  }
}

/** The first origins of several lists, one after the other. */
export function firstOrigins(lists: Iterable<Origins>): string[] {
  const all = new Set<string>();
  for (const { found } of lists) {
    for (const origin of found) if (all.size < maxOrigins) all.add(origin);
  }
  return [...all];
}

/** The origins that the objects of a document name. */
export function originsOf(document: unknown): string[] {
  if (!isObject(document)) return [];
  const lists = Object.values(document).filter((list) => Array.isArray(list));
  return firstOrigins(
    lists.map((list) => {
      const origins = new Origins();
      origins.add(list);
      return origins;
    }),
  );
}
