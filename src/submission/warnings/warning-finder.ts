import type { MistakeSink } from "../mistakes.ts";
import { type Item, type ListName, listNames } from "../submission.ts";
import { waiverOrigin } from "../upgrade/to-5-0.ts";
import type { Version } from "../versions/field.ts";
import { IdTable, maxIds } from "./id-table.ts";
import { type Circumstances, type Warn, warnOfItem } from "./item-warnings.ts";
import { isOld, warnOfVersion } from "./old-version.ts";
import { keyOf, SameIds } from "./same-ids.ts";

/**
 * Finds what is odd about the objects of a valid submission, which may come in parts: list by list, parents before
 * children, in the form of the newest version. Its memory is bounded, however many there are: of more than
 * `maxIds` ids the last are not looked for again.
 */
export class WarningFinder {
  /** How many references lead out of the submission, by field, as far as all ids that they could name are known. */
  readonly outside: Record<string, number> = {};
  readonly #sink: MistakeSink;
  readonly #at: Circumstances;
  /** Then an upgrade has made objects that are not the submitter's. */
  readonly #isOld: boolean;
  readonly #room = { ids: maxIds };
  /** The ids of each list; and what tells its objects apart, where that is more. */
  readonly #ids = new Map<ListName, IdTable>();
  #keys: IdTable | undefined;
  readonly #same = new Map<ListName, SameIds>();
  #list: ListName = "issues";
  #place = 0;

  /** `version`: the one that the file names. */
  constructor(version: Version, nowMs: number, sink: MistakeSink) {
    this.#sink = sink;
    this.#isOld = isOld(version);
    this.#at = {
      isOld: this.#isOld,
      future: new Date(nowMs + 2 * dayMs).toISOString().slice(0, 10),
    };
    if (this.#isOld) sink.add(warnOfVersion(version));
  }

  /** Looks at objects of a list; `first` is the place of the first of them, `all` how many the list has. */
  add(list: ListName, items: readonly Item[], first = 0, all = items.length): void {
    if (items.length === 0) return;
    const ids = this.#ids.get(list) ?? new IdTable(this.#room, all);
    this.#ids.set(list, ids);
    this.#list = list;
    if (list === "issues") this.#keys ??= new IdTable(this.#room, all);
    const keys = list === "issues" ? this.#keys : undefined;
    for (let at = 0; at < items.length; at++) {
      const item = items[at] as Item;
      if (this.isMade(item)) continue;
      this.#place = first + at;
      warnOfItem(list, item, this.#at, this.#warn);
      const isKnown = ids.add(item.id);
      const isSame = keys ? keys.add(keyOf(list, item)) : isKnown;
      if (isSame) this.#note(list, item);
    }
    for (const [field, target] of references[list] ?? []) this.#count(field, target, items);
  }

  /** The lists that have objects of one id: `compare` is to be called with all of their objects, in their order. */
  get listsToCompare(): ListName[] {
    return listNames.filter((list) => this.#same.has(list));
  }

  /** Looks once more at objects of such a list: those of one id are one, and of each field the first value counts. */
  compare(list: ListName, items: readonly Item[], first = 0): void {
    const same = this.#same.get(list);
    if (!same) return;
    for (let at = 0; at < items.length; at++) {
      const item = items[at] as Item;
      if (this.isMade(item) || !same.isOther(list, item)) continue;
      this.#sink.add({
        path: [list, first + at, "id"],
        code: "duplicate-id",
        expected: "an id of its own",
        value: item.id,
        hint: "an object before it has the same id and other values: of each field the first value is stored",
      });
    }
  }

  readonly #warn: Warn = (field, warning) => {
    this.#sink.add({ path: [this.#list, this.#place, ...field], ...warning });
  };

  /** Whether an upgrade has made an object: then it is not the submitter's. */
  isMade({ origin }: Item): boolean {
    return this.#isOld && origin === waiverOrigin;
  }

  #note(list: ListName, item: Item): void {
    const same = this.#same.get(list) ?? new SameIds();
    this.#same.set(list, same);
    same.note(keyOf(list, item));
  }

  /** Counts references to objects that are not here. */
  #count(field: string, target: ListName, items: readonly Item[]): void {
    const known = this.#ids.get(target);
    if (known && !known.isWhole) return;
    let count = 0;
    let last: unknown;
    let isLastKnown = false;
    for (const item of items) {
      const id = item[field];
      if (typeof id !== "string" || this.isMade(item)) continue;
      // Neighbours mostly have the same.
      if (id !== last) isLastKnown = known?.has(id) ?? false;
      last = id;
      if (!isLastKnown) count += 1;
    }
    if (count > 0) this.outside[field] = (this.outside[field] ?? 0) + count;
  }
}

// --- internal ---

const dayMs = 24 * 60 * 60 * 1000;

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
