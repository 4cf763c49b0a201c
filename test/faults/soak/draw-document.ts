import { versions } from "../../../src/submission/versions/versions.ts";
import { Random } from "./random.ts";

/** A number in the very digits of a text (TC39 JSON.parse source text access). */
const { rawJSON: rawJson } = JSON as typeof JSON & { rawJSON(text: string): unknown };

type Fields = Record<string, unknown>;

/** What a worker that is to die looks for (`Plan.poison`). */
export const killerMark = "kills-the-worker";

/**
 * The columns that different submissions give different values for, so that the order decides which of
 * them stays. All others are the same wherever they are given: there the order must not matter.
 */
export const contested: Readonly<Record<string, readonly string[]>> = {
  issues: ["comment", "version"],
  checkouts: ["comment"],
  builds: ["comment"],
  tests: ["comment"],
  incidents: ["comment"],
};

/** The id of the test that only this document has: whether its rows are there. */
export const markerOf = (number: number) => `soak:marker-${number}`;

const origin = "soak";
/** Documents share the objects of this many others around them. */
const reach = 12;

/**
 * Draws a submission: some objects of which its neighbours know other parts, in any version from 4.0
 * on, and one test of its own.
 */
export function drawDocument(seed: string, number: number): Fields {
  const random = new Random(`${seed}/document/${number}`);
  const version = random.pick(versions.filter(({ major }) => major >= 4));
  const near = () => Math.max(0, Math.floor(number / 3) + random.below(reach) - reach / 2);
  const lists: Record<string, Fields[]> = {
    checkouts: many(random.below(3), () => checkout(seed, near())),
    builds: many(random.below(4), () => build(seed, near())),
    tests: many(random.below(6), () => test(seed, near())),
    issues: many(random.below(2), () => ({ ...issue(seed, near()), version: 1 + random.below(3) })),
    incidents: many(random.below(2), () => incident(seed, near())),
  };
  lists.tests?.push({ ...test(seed, near()), id: markerOf(number) });
  const document: Fields = { version: { major: version.major, minor: version.minor } };
  for (const [list, objects] of Object.entries(lists)) {
    const known = version.lists[list]?.fields;
    if (!known || objects.length === 0) continue;
    document[list] = objects.map((object) => {
      const told = random.chance(0.4) ? { comment: `said by ${number} – „äöü€𝄞“` } : {};
      return { ...forgetful(random, inWordsOf(known, object)), ...told };
    });
  }
  return document;
}

// --- internal ---

/** What is never left out: keys, and columns whose absence another value would stand in for. */
const kept = new Set(
  "id origin checkout_id build_id issue_id issue_version version start_time path misc".split(" "),
);
/** Fields of a checkout that are told together or not at all: they name its place in a tree. */
const place = ["tree_name", "git_repository_url", "git_repository_branch", "git_commit_hash"];

/** The object as a submitter knows it that knows not all of it. */
function forgetful(random: Random, object: Fields): Fields {
  // Of two without start and place, the first would stand for both.
  const isPlaced = random.chance(0.8) || object.start_time === undefined;
  const entries = Object.entries(object).filter(([field]) => {
    if (field === "git_commit_name" || place.includes(field)) return isPlaced;
    return kept.has(field) || random.chance(0.6);
  });
  return Object.fromEntries(entries);
}

/** The fields that a version has; a build's status was once no more than whether it is valid. */
function inWordsOf(known: Fields, object: Fields): Fields {
  const entries = Object.entries(object).filter(([field]) => field in known);
  const valid = { PASS: true, FAIL: false }[String(object.status)];
  if ("valid" in known && "checkout_id" in known && valid !== undefined) {
    entries.push(["valid", valid]);
  }
  return Object.fromEntries(entries);
}

function many<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

/** A time of its own for each number: 7919 has no divisor in common with 10^7. */
function timeOf(number: number): string {
  const seconds = (number * 7919) % 10_000_000;
  return new Date(Date.UTC(2026, 0) + seconds * 1000).toISOString();
}

function miscOf(random: Random): Fields {
  return {
    exact: rawJson(random.pick(["9007199254740993", "1.0", "1e2", "-0", "0.1"])),
    text: random.pick(["plain", "ünïcödé 𝄞", 'quote " and \\ and \t', "__proto__"]),
    nested: { list: [random.below(9), null, true, "x"] },
  };
}

function checkout(seed: string, number: number): Fields {
  const id = `${origin}:checkout-${number}`;
  const random = new Random(`${seed}/${id}`);
  const tree = random.below(4);
  // Every ninth says no start, and is alone in its tree: then the order cannot matter either.
  const isTimeless = number % 9 === 8;
  return {
    ...{ id, origin, tree_name: isTimeless ? `alone-${number}` : `tree-${tree}` },
    git_repository_url: `https://git.example/${tree}.git`,
    git_repository_branch: random.pick(["master", "next"]),
    git_commit_hash: new Bun.CryptoHasher("sha1").update(`${number >> 1}`).digest("hex"),
    git_commit_name: `v7.0-rc${number}`,
    ...(isTimeless ? {} : { start_time: timeOf(number) }),
    message_id: `${number}@soak.example`,
    log_url: `https://logs.example/${number}`,
    valid: random.chance(0.9),
    misc: miscOf(random),
  };
}

function build(seed: string, number: number): Fields {
  const id = `${origin}:build-${number}`;
  const random = new Random(`${seed}/${id}`);
  return {
    ...{ id, origin, checkout_id: `${origin}:checkout-${number >> 1}`, start_time: timeOf(number) },
    duration: random.below(10_000) / 8,
    architecture: random.pick(["arm64", "x86_64", "riscv"]),
    compiler: random.pick(["gcc-15", "clang-22"]),
    config_name: random.pick(["defconfig", "allmodconfig"]),
    command: "make -j4",
    input_files: [{ name: "config", url: `https://files.example/${number}` }],
    log_excerpt: random.chance(0.3) ? "warning: ".repeat(1 + random.below(200)) : "ok",
    status: random.pick(["PASS", "FAIL", "ERROR", "SKIP"]),
    misc: { ...miscOf(random), lab: random.pick(["lab-a", "shell", "k8s-gce", ""]) },
  };
}

function test(seed: string, number: number): Fields {
  const id = `${origin}:test-${number}`;
  const random = new Random(`${seed}/${id}`);
  return {
    ...{ id, origin, build_id: `${origin}:build-${number >> 1}`, start_time: timeOf(number) },
    path: random.pick(["boot", "boot.nfs", "ltp.fs.x", "kunit"]),
    status: random.pick(["PASS", "FAIL", "SKIP", "DONE", "ERROR"]),
    duration: random.below(1_000) / 4,
    environment: { comment: "board", misc: { platform: `board-${random.below(9)}` } },
    output_files: [{ name: "log.txt", url: `https://files.example/t/${number}` }],
    log_excerpt: "line\n".repeat(random.below(40)),
    misc: { ...miscOf(random), runtime: random.pick(["lab-b", "k8s", "shell"]) },
  };
}

function issue(seed: string, number: number): Fields {
  const id = `${origin}:issue-${number}`;
  const random = new Random(`${seed}/${id}`);
  return {
    ...{ id, origin },
    report_url: `https://bugs.example/${number}`,
    report_subject: "it does not boot",
    culprit: { code: true, tool: false, harness: false },
    misc: miscOf(random),
  };
}

function incident(seed: string, number: number): Fields {
  const id = `${origin}:incident-${number}`;
  const random = new Random(`${seed}/${id}`);
  return {
    ...{ id, origin, issue_id: `${origin}:issue-${number}`, issue_version: 1 },
    ...(random.chance(0.5)
      ? { build_id: `${origin}:build-${number}` }
      : { test_id: `${origin}:test-${number}` }),
    present: random.chance(0.8),
    misc: miscOf(random),
  };
}
