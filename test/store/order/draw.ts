import type { Item, ListName } from "../../../src/submission/submission.ts";
import { Random } from "../../submission/fuzz/random.ts";

/** A file that is taken to the database: in which step of the run, and by which of the workers. */
export interface Delivery {
  /** The place of the file in the draw. */
  readonly file: number;
  readonly step: number;
  readonly worker: number;
}

/** Submissions that never contradict each other, and a way for them to arrive. */
export interface Draw {
  readonly seed: number;
  readonly files: readonly string[];
  readonly deliveries: readonly Delivery[];
}

/** Steps of a run and workers that write at once in each. */
export const stepCount = 4;
export const workerCount = 2;

/**
 * Draws one to six files about a few objects. Each object has one truth; a submission tells any part
 * of it, so that no two give different values of one field. Every origin begins with `d`, the seed and
 * `_`: the rows of different draws never meet. Files arrive in any order, some repeatedly.
 */
export function makeDraw(seed: number): Draw {
  const random = new Random(seed);
  const all = makeTruths(random, `d${seed}_`);
  // Where all is about one list, its objects meet more often.
  const { list: only } = random.pick(all);
  const truths = random.chance(0.5) ? all : all.filter(({ list }) => list === only);
  const told = random.pick([0.3, 0.6, 0.9]);
  const files = Array.from({ length: 1 + random.below(6) }, () => {
    const lists: Partial<Record<ListName, Item[]>> = {};
    for (let count = 1 + random.below(5); count > 0; count--) {
      const { list, item, required } = random.pick(truths);
      lists[list] = [...(lists[list] ?? []), tellPart(random, item, required, told)];
    }
    return JSON.stringify({ version: { major: 5, minor: 3 }, ...lists });
  });
  const arrivals = files.flatMap((_, file) =>
    Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, () => file),
  );
  const deliveries = arrivals
    .map((file) => ({ file, rank: random.next() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ file }) => ({
      file,
      step: random.below(stepCount),
      worker: random.below(workerCount),
    }));
  return { seed, files, deliveries };
}

// --- internal ---

interface Truth {
  readonly list: ListName;
  readonly item: Item;
  readonly required: readonly string[];
}

/** Texts whose order depends on who compares: by code points, by UTF-16, or as in a dictionary. */
const awkwardIds = ["B", "a", "_", "é", "～", "😀"];
const times = ["2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", "2026-01-02T00:00:00.5Z"];

function makeTruths(random: Random, prefix: string): Truth[] {
  const origins = [`${prefix}a`, `${prefix}b`];
  const maybe = <T>(values: readonly T[]): T | undefined => random.pick([undefined, ...values]);
  const make = (list: ListName, required: Record<string, unknown>, fields: Item) => {
    const given = Object.entries(fields).filter(([, value]) => value !== undefined);
    const item = { ...required, ...Object.fromEntries(given) } as Item;
    return { list, item, required: ["id", "origin", ...Object.keys(required)] };
  };
  // Of one tree, so that its checkouts meet.
  const tree = {
    tree_name: maybe(["main"]),
    git_repository_branch: maybe([""]),
    git_commit_hash: maybe(["0".repeat(40)]),
  };
  const startTimes = random.chance(0.5) ? times : times.slice(0, 2);
  // Few, so that children meet their parents, which may not be there.
  const parents = awkwardIds.slice(0, 3);
  const named = (id: string) => ({ id: `${prefix}:${id}`, origin: random.pick(origins) });
  const some = (makeOne: (id: string) => Truth) =>
    awkwardIds.filter(() => random.chance(0.6)).map(makeOne);
  const misc = (field: string, origin: string) => {
    const labs = [undefined, "", null, "shell", "k8s-x", "lava", 7, ...origins, origin];
    const lab = random.pick(labs);
    const rest = random.pick([{}, {}, { a: 1 }, { automatic_lab: "shell" }]);
    return maybe([{ ...rest, ...(lab === undefined ? {} : { [field]: lab }) }]);
  };
  return [
    ...some((id) => {
      const fields = { ...named(id), comment: maybe(["x"]), categories: maybe([["c"]]) };
      return make("issues", { version: 1 }, { ...fields, culprit: maybe([{ code: true }]) });
    }),
    ...some((id) =>
      make(
        "checkouts",
        {},
        {
          ...named(id),
          ...tree,
          git_commit_name: maybe([`v${id}`]),
          git_commit_tags: maybe([[], [`t${id}`]]),
          start_time: maybe(startTimes),
          misc: maybe([{}, { a: 1 }]),
          valid: maybe([false, true]),
        },
      ),
    ),
    ...some((id) => {
      const fields = named(id);
      return make(
        "builds",
        { checkout_id: `${prefix}:${random.pick(parents)}` },
        {
          ...fields,
          misc: misc("lab", fields.origin),
          status: maybe(["PASS", "ERROR"]),
          config_name: maybe(["def"]),
          compiler: maybe(["gcc"]),
          start_time: maybe(times),
        },
      );
    }),
    ...awkwardIds.map((id) => {
      const fields = named(id);
      return make(
        "tests",
        { build_id: `${prefix}:${random.pick(parents)}` },
        {
          ...fields,
          misc: misc("runtime", fields.origin),
          path: maybe(["boot", "boot.nfs", "bootrr", "ltp"]),
          status: maybe(["FAIL", "SKIP"]),
          start_time: maybe(times),
          environment: maybe([{ compatible: ["c"] }, { misc: { platform: "rpi" } }]),
          number: maybe([{ value: 0 }]),
        },
      );
    }),
    ...some((id) =>
      make(
        "incidents",
        { issue_id: `${prefix}:i`, issue_version: 1 },
        { ...named(id), present: maybe([true, false]), build_id: maybe([`${prefix}:b`]) },
      ),
    ),
  ];
}

function tellPart(random: Random, item: Item, required: readonly string[], told: number): Item {
  const fields = Object.entries(item);
  return Object.fromEntries(
    fields.filter(([name]) => required.includes(name) || random.chance(told)),
  ) as Item;
}
