import { Random } from "../submission/fuzz/random.ts";
import { excerpt, files, hash, id, labelled, maybe, time, times } from "./made-values.ts";
import type { Document, Item } from "./rows-by-rules.ts";

/** Submissions by file name, in the order in which they arrive. */
export type MadeSubmissions = ReadonlyMap<string, Document>;

const madeSeed = 20_260_801;
const fileCount = 180;

/** The trees of the made submissions; of the first two the standard name is known. */
const trees = ["linux", "next", "stable", "media"].map((name) => ({
  name,
  url: `https://git.example.org/pub/${name}.git`,
}));
export const madeTreeNames: ReadonlyMap<string, string> = new Map(
  trees.slice(0, 2).map(({ name, url }) => [url, `standard-${name}`]),
);

/**
 * Draws submissions of the shapes that laboratories send, the same at each call: four origins, versions
 * 4.2 to 5.3, every kind of object, objects that two files tell of, and every place that a lab may have.
 * Whatever two files say of one object agrees, but for the start of some checkouts.
 */
export function makeSubmissions(): MadeSubmissions {
  const random = new Random(madeSeed);
  const files = new Map<string, Document>();
  for (let number = 0; number < fileCount; number++) {
    const shape = shapes[number % shapes.length] as Shape;
    const document = shape(random, number);
    files.set(`made-${String(files.size).padStart(4, "0")}.json`, document);
    if (!random.chance(0.15)) continue;
    const again = toldAgain(random, document);
    files.set(`made-${String(files.size).padStart(4, "0")}.json`, again);
  }
  return files;
}

// --- internal ---

type Shape = (random: Random, number: number) => Document;

/** A laboratory that sends its tests in files of their own, with long excerpts. */
const testRuns: Shape = (random, number) => ({
  version: { major: 5, minor: 3 },
  ...{ checkouts: [], builds: [], issues: [], incidents: [] },
  tests: times(4 + random.below(30), (place) => ({
    ...test(random, "aurora", number, place),
    ...maybe(random, 0.3, () => ({ input_files: files(random, "aurora") })),
    ...maybe(random, 0.9, () => ({ log_excerpt: excerpt(random) })),
  })),
});

/** A farm that builds: checkouts with their builds, and few tests. */
const buildFarm: Shape = (random, number) => ({
  version: { major: 5, minor: 3 },
  checkouts: [
    {
      ...checkout(random, "birch", number, headOf(random, number)),
      ...maybe(random, 0.5, () => ({
        origin_builds_finish_time: time(random, number + 7000),
        origin_tests_finish_time: time(random, number + 9000),
      })),
    },
  ],
  builds: times(1 + random.below(6), (place) => build(random, "birch", number, place)),
  tests: times(random.below(3), (place) => test(random, "birch", number, place)),
});

/** One that still sends version 4: `valid` builds, waived tests, contacts, issues with their status. */
const older: Shape = (random, number) => {
  const minor = 2 + random.below(4);
  const knows = (fields: Item, from: number) => (minor >= from ? fields : {});
  return {
    version: { major: 4, minor },
    checkouts: [
      {
        ...checkout(
          random,
          "cedar",
          number,
          knows({ ...headOf(random, number), git_commit_tags: ["v6.1"] }, 5),
        ),
        contacts: ["Someone <someone@example.org>"],
      },
    ],
    builds: times(random.below(3), (place) => {
      const { status, ...rest } = build(random, "cedar", number, place);
      return { ...rest, ...(status ? { valid: status === "PASS" } : {}) };
    }),
    tests: times(random.below(8), (place) => {
      const { environment, ...rest } = test(random, "cedar", number, place);
      const { compatible, ...known } = (environment ?? {}) as Item;
      return {
        ...rest,
        environment: { ...known, ...knows(compatible ? { compatible } : {}, 4) },
        ...maybe(random, 0.4, () => ({ waived: random.chance(0.5) })),
        ...knows({ number: { value: random.below(1000) / 8, unit: "s" } }, 4),
      };
    }),
    issues: [{ ...issue(random, number), build_valid: false, test_status: "FAIL" }],
    incidents: [incident("cedar", number, { build_id: id("cedar", "build", number, 0) })],
  };
};

/** One that measures, reports issues, and sends any minor version of 5. */
const triage: Shape = (random, number) => {
  const minor = random.below(4);
  return {
    version: minor === 0 && random.chance(0.5) ? { major: 5 } : { major: 5, minor },
    ...maybe(random, 0.3, () => ({ builds: [build(random, "delta", number, 0)] })),
    tests: times(1 + random.below(5), (place) => ({
      ...test(random, "delta", number, place),
      number: {
        value: random.next() * 1e6,
        unit: "B/s",
        prefix: random.pick(["metric", "binary"]),
      },
    })),
    issues: [
      { ...issue(random, number), ...(minor >= 2 ? { categories: ["harness.boot", "net"] } : {}) },
    ],
    incidents: [
      incident("delta", number, { test_id: id("delta", "test", number, 0), present: true }),
      incident("delta", number + 10_000, {
        present: false,
        comment: "seen by hand",
        misc: { by: "hand" },
      }),
    ],
  };
};

const shapes: readonly Shape[] = [testRuns, buildFarm, testRuns, older, triage];

/** Another file about the same objects: it leaves out some fields, and may tell of another start. */
function toldAgain(random: Random, document: Document): Document {
  const again = structuredClone(document);
  const gone = "comment log_url log_excerpt duration output_files valid command".split(" ");
  for (const list of [document, again]) {
    for (const items of Object.values(list).filter(Array.isArray)) {
      for (const item of items as Item[]) {
        for (const field of gone) if (random.chance(0.3)) delete item[field];
      }
    }
  }
  for (const checkout of (again.checkouts ?? []) as Item[]) {
    if (random.chance(0.5)) checkout.start_time = time(random, random.below(5000));
  }
  return again;
}

function checkout(random: Random, origin: string, number: number, more: Item = {}): Item {
  const tree = random.pick(trees);
  return {
    ...{ id: id(origin, "checkout", number), origin },
    ...maybe(random, 0.7, () => ({ tree_name: tree.name })),
    ...{ git_repository_url: tree.url, git_repository_branch: random.pick(["master", "for-6.18"]) },
    ...{ git_commit_hash: hash(`commit ${number}`), git_commit_name: `v6.17-rc${number % 8}` },
    ...{ start_time: time(random, number), patchset_hash: random.pick(["", hash(number, 64)]) },
    ...maybe(random, 0.3, () => ({ patchset_files: random.pick([[], files(random, origin)]) })),
    ...maybe(random, 0.9, () => ({ valid: random.chance(0.9) })),
    ...maybe(random, 0.3, () => ({ comment: `checkout ${number} – „äöü€𝄞“` })),
    ...maybe(random, 0.2, () => ({ message_id: `${number}@lists.example.org` })),
    ...maybe(random, 0.2, () => ({
      log_url: `https://logs.example.org/${number}`,
      log_excerpt: "",
    })),
    ...maybe(random, 0.3, () => ({ misc: { note: { nested: [1, 2.5, null, true, "é"] } } })),
    ...more,
  };
}

/** What is said of a commit beyond its name and hash. */
function headOf(random: Random, number: number): Item {
  return {
    git_commit_tags: number % 3 === 0 ? [] : [`v6.17-rc${number % 8}`, "signed"],
    git_repository_branch_tip: random.chance(0.5),
    ...maybe(random, 0.5, () => ({ git_commit_message: `net: fix ${number}\n\nIt was wrong.\n` })),
  };
}

function build(random: Random, origin: string, number: number, place: number): Item {
  return {
    ...{ id: id(origin, "build", number, place), origin },
    ...{ checkout_id: id(origin, "checkout", number), start_time: time(random, number) },
    ...maybe(random, 0.9, () => ({ architecture: random.pick(["arm64", "x86_64", ""]) })),
    ...maybe(random, 0.9, () => ({ compiler: random.pick(["gcc-14", "clang-21"]) })),
    ...maybe(random, 0.9, () => ({ config_name: random.pick(["defconfig", "tinyconfig+debug"]) })),
    ...maybe(random, 0.5, () => ({ config_url: `https://builds.example.org/${number}/config` })),
    ...maybe(random, 0.3, () => ({ command: random.pick(["", "make -j8"]), comment: "" })),
    ...maybe(random, 0.3, () => ({ duration: random.below(100_000) / 16, input_files: [] })),
    ...maybe(random, 0.6, () => ({ output_files: files(random, origin) })),
    ...maybe(random, 0.7, () => ({ status: random.pick(["PASS", "FAIL"]) })),
    ...maybe(random, 0.6, () => ({ log_excerpt: excerpt(random) })),
    ...maybe(random, 0.8, () => ({ log_url: `https://builds.example.org/${number}/${place}.log` })),
    ...maybe(random, 0.4, () => ({ comment: `build ${number}` })),
    ...labelled(random, "lab", { platform: "kubernetes", runtime: "k8s-gke-eu" }),
  };
}

const statuses = "PASS PASS PASS FAIL ERROR MISS DONE SKIP".split(" ");
const paths = "boot boot.nfs bootrr.probe ltp.syscalls.open01 kselftest.net.tls login".split(" ");

function test(random: Random, origin: string, number: number, place: number): Item {
  const board = random.below(12);
  return {
    ...{ id: id(origin, "test", number, place), origin },
    ...{ build_id: id(origin, "build", number, place % 3), start_time: time(random, number) },
    ...maybe(random, 0.97, () => ({ path: random.pick(paths) })),
    ...maybe(random, 0.97, () => ({ status: random.pick(statuses) })),
    ...maybe(random, 0.95, () => ({
      environment: {
        ...maybe(random, 0.3, () => ({ comment: random.pick(["", `board ${board}`]) })),
        ...maybe(random, 0.7, () => ({ compatible: [`example,board-${board}`, "example,soc"] })),
        ...maybe(random, 0.9, () => ({ misc: { platform: `board-${board}`, rack: board } })),
      },
    })),
    ...maybe(random, 0.4, () => ({ comment: random.pick(["", `run ${number}`]) })),
    ...maybe(random, 0.2, () => ({ duration: random.below(10_000) / 8 })),
    ...maybe(random, 0.9, () => ({ log_url: `https://logs.example.org/${number}/${place}` })),
    ...maybe(random, 0.4, () => ({ output_files: files(random, origin) })),
    ...labelled(random, "runtime", { arch: "arm64" }),
  };
}

function issue(random: Random, number: number): Item {
  const about = Math.floor(number / 20);
  return {
    ...{ id: `delta:issue-${about}`, version: 1_731_922_000 + about, origin: "delta" },
    ...{ report_subject: `subject ${about}`, report_url: `https://bugs.example.org/${about}` },
    ...maybe(random, 0.8, () => ({
      culprit: { code: about % 2 === 0, tool: false, harness: true },
    })),
    ...maybe(random, 0.5, () => ({ comment: `comment ${about}`, misc: { ticket: about } })),
  };
}

function incident(origin: string, number: number, more: Item): Item {
  const about = Math.floor((number % 10_000) / 20);
  return {
    ...{ id: id(origin, "incident", number), origin },
    ...{ issue_id: `delta:issue-${about}`, issue_version: 1_731_922_000 + about },
    ...more,
  };
}
