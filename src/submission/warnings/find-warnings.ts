import { isDeepStrictEqual } from "node:util";
import { Mistakes } from "../mistakes.ts";
import { placesIn } from "../places.ts";
import type { Mistake } from "../refusal.ts";
import { type Item, type ListName, listNames, type Submission } from "../submission.ts";
import { newestVersion, versions } from "../versions/versions.ts";
import { wordMistakes } from "../word-mistakes.ts";
import { findDuplicates, mayHaveDuplicates } from "./duplicate-keys.ts";
import { type Today, warnOfItem } from "./item-warnings.ts";

/** What is odd about a valid submission; it changes no verdict. */
export interface Warnings {
  /** In the order of the file, one of each kind. */
  warnings: Mistake[];
  /** How many there are in all. */
  warningCount: number;
  /** How many references lead out of the file, by field: those objects were sent before, or will be. */
  outside: Record<string, number>;
}

/** What is looked at, and how much of what is found is told. */
export interface WarningOptions {
  /** The accepted submission, and the version and text of its file. */
  submission: Submission;
  version: string;
  text: string;
  nowMs: number;
  /** How many kinds to tell. */
  maxIssues: number;
  /** Look for equal names in a large file too, which costs up to a tenth of its verdict. */
  thorough: boolean;
}

/** Finds what is odd about a valid submission without being a mistake. */
export function findWarnings(options: WarningOptions): Warnings {
  const { submission, text, nowMs, maxIssues } = options;
  const rules = versions.find(({ name }) => name === options.version) ?? newestVersion;
  const mistakes = new Mistakes(maxIssues);
  const isOld = rules.major < newestVersion.major;
  if (isOld) mistakes.add(oldVersion(rules.major, rules.name));
  const isLooked = options.thorough || text.length <= quickCharacters;
  // What an older document had is not known any more: its text is read a second time.
  const isUnique = !isLooked || !mayHaveDuplicates(text, isOld ? JSON.parse(text) : submission);
  if (!isUnique) findDuplicates(text, mistakes);
  const today: Today = { future: new Date(nowMs + 2 * dayMs).toISOString().slice(0, 10) };
  const outside = new Outside();
  for (const list of listNames) {
    const items = submission[list] ?? [];
    for (let place = 0; place < items.length; place++) {
      const item = items[place] as Item;
      if (item.origin === upgradeOrigin && isOld) continue;
      warnOfItem(list, item, today, (field, warning) =>
        mistakes.add({ path: [list, place, ...field], ...warning }),
      );
    }
    if (items.length > 0) outside.count(list, items, warnOfIds(list, items, mistakes));
  }
  const warningCount = mistakes.count;
  const at = { places: placesIn(text, isUnique), rules, isUpgraded: true };
  const worded = warningCount > 0 ? wordMistakes(mistakes, at) : [];
  return { warnings: "tooDeep" in worded ? [] : worded, warningCount, outside: outside.counts };
}

// --- internal ---

/** In a text up to this long equal names are looked for by the way. */
const quickCharacters = 1 << 18;
const dayMs = 24 * 60 * 60 * 1000;
/** Of the issue and the incidents that an upgrade makes. */
const upgradeOrigin = "_";

/** What the upgrade from an older major version changes (`submission/README.md` 6). */
const changes: Readonly<Record<number, string>> = {
  1: "`origin` and `origin_id` become one `id`",
  2: "the `origin` becomes a field of its own",
  3: "`revisions` become `checkouts`, `description` becomes `comment`",
  4: "`valid` of builds becomes `status`, `waived` of tests an incident, `contacts` goes",
};

function oldVersion(major: number, name: string) {
  const { name: newest } = newestVersion;
  const steps = Object.entries(changes).flatMap(([from, words]) =>
    Number(from) >= major ? [words] : [],
  );
  return {
    path: ["version"],
    code: "old-version",
    expected: `version ${newest}`,
    got: name,
    hint: `kci-ingester upgrade writes it as ${newest}: ${steps.join("; ")}`,
  };
}

/**
 * Objects of one id are one: what differs in the later ones is lost, where an earlier one has a value.
 * Gives the ids.
 */
function warnOfIds(list: ListName, items: readonly Item[], mistakes: Mistakes): Set<string> {
  const keyOf = (item: Item) => (list === "issues" ? `${item.id}\n${item.version}` : item.id);
  const ids = new Set<string>();
  for (const item of items) ids.add(item.id);
  if (ids.size === items.length) return ids;
  const firsts = new Map<string, Item>();
  for (const [place, item] of items.entries()) {
    const first = firsts.get(keyOf(item));
    if (!first) firsts.set(keyOf(item), item);
    else if (!isDeepStrictEqual(first, item)) {
      mistakes.add({
        path: [list, place, "id"],
        code: "duplicate-id",
        expected: "an id of its own",
        value: item.id,
        hint: "an object before it has the same id and other values: of each field the first value is stored",
      });
    }
  }
  return ids;
}

/** Counts the references that lead out of the file; lists come parents before children. */
class Outside {
  readonly counts: Record<string, number> = {};
  readonly #ids = new Map<string, Set<string>>();

  count(list: ListName, items: readonly Item[], ids: Set<string>): void {
    this.#ids.set(list, ids);
    for (const [field, target] of references[list] ?? []) {
      const known = this.#ids.get(target);
      let count = 0;
      for (const item of items) {
        const id = item[field];
        if (typeof id === "string" && !known?.has(id)) count += 1;
      }
      if (count > 0) this.counts[field] = (this.counts[field] ?? 0) + count;
    }
  }
}

const references: Partial<Record<ListName, readonly (readonly [field: string, list: ListName])[]>> =
  {
    builds: [["checkout_id", "checkouts"]],
    tests: [["build_id", "builds"]],
    incidents: [
      ["issue_id", "issues"],
      ["build_id", "builds"],
      ["test_id", "tests"],
    ],
  };
