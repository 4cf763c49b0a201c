import type { Submission } from "../../src/submission/submission.ts";
import type { Item } from "../e2e/rows-by-rules.ts";
import { Random } from "../submission/fuzz/random.ts";

/** When the drawn results begin. */
export const firstMs = Date.UTC(2026, 6, 1);

/**
 * Draws what two or three origins found of a few commits of a few trees: with builds and checkouts that never
 * arrive, dummies, runs that are repeated, nulls in every column that may be NULL, ties, and hostile texts.
 */
export function drawResults(seed: number): Submission {
  const random = new Random(seed);
  const trees = many(random, 1, 4, () => drawTree(random));
  const commits = many(random, 1, 5, (at) => drawCommit(random, at));
  const checkouts = many(random, 0, 8, (at) => drawCheckout(random, at, trees, commits));
  const builds = many(random, 0, 14, (at) => drawBuild(random, at, checkouts));
  const tests = many(random, 0, 60, (at) => drawTest(random, at, builds));
  const issues = many(random, 0, 3, (at) => drawIssue(random, at));
  const incidents = many(random, 0, 8, (at) => drawIncident(random, at, issues, builds, tests));
  return {
    version: { major: 5, minor: 3 },
    ...{ checkouts, builds, tests, issues, incidents },
  } as unknown as Submission;
}

// --- internal ---

const origins = ["maestro", "lab-a", "=cmd()"];
const nameless = [undefined, undefined, ""];

function drawTree(random: Random): Item {
  return without({
    tree_name: random.pick(["mainline", "next", "stable", undefined]),
    git_repository_url: random.pick([
      "https://git.example.org/linux.git",
      "javascript:1",
      undefined,
    ]),
    git_repository_branch: random.pick(["master", "for/6.18", undefined]),
  });
}

function drawCommit(random: Random, at: number): Item {
  const hash = `${at}abcdef${random.below(2)}`.padEnd(40, "0");
  return without({
    git_commit_hash: random.chance(0.9) ? hash : undefined,
    git_commit_name: random.pick([`v6.17-rc${at}`, "<b>name</b>", undefined]),
    git_commit_tags: random.pick([[], [`v6.${at}`], ["v6.9", "signed"], undefined]),
  });
}

function drawCheckout(random: Random, at: number, trees: Item[], commits: Item[]): Item {
  return {
    ...{ id: `${random.pick(origins)}:c${at}`, origin: random.pick(origins) },
    ...random.pick(trees),
    ...random.pick(commits),
    ...without({ start_time: startTime(random), valid: random.pick([true, false, undefined]) }),
    ...sparse(random, { comment: "checkout\u0007", message_id: "1@x", log_url: "http://l/c" }),
  };
}

function drawBuild(random: Random, at: number, checkouts: Item[]): Item {
  const parent = random.chance(0.8) ? random.pick(checkouts) : undefined;
  return {
    id: random.chance(0.1) ? `maestro:dummy_${at}` : `maestro:b${at}`,
    origin: random.pick(origins),
    checkout_id: parent?.id ?? `maestro:gone${random.below(3)}`,
    ...without({
      start_time: startTime(random),
      status: random.pick(["PASS", "PASS", "FAIL", "ERROR", "MISS", "DONE", "SKIP", undefined]),
      architecture: random.pick(["arm64", "x86_64", ...nameless]),
      compiler: random.pick(["gcc-14", "clang-21", ...nameless]),
      config_name: random.pick(["defconfig", "tiny*config", ...nameless]),
    }),
    ...sparse(random, {
      ...{ comment: "", command: "make", duration: random.below(900) / 8, config_url: "http://c" },
      ...{ log_url: "javascript:alert(1)", log_excerpt: "a\u001b[31mb\nlast\n" },
      misc: random.pick([{}, { lab: "lab-one" }, { lab: 7, platform: "k8s" }, { error_msg: "no" }]),
      output_files: [{ name: "log_excerpt", url: "http://127.0.0.1:9/x.gz" }],
      input_files: [],
    }),
  };
}

function drawTest(random: Random, at: number, builds: Item[]): Item {
  const parent = random.chance(0.85) ? random.pick(builds) : undefined;
  return {
    ...{ id: `${random.pick(origins)}:t${at}`, origin: random.pick(origins) },
    build_id: parent?.id ?? `maestro:lost${random.below(4)}`,
    ...without({
      start_time: startTime(random),
      status: random.pick(["PASS", "PASS", "FAIL", "FAIL", "ERROR", "SKIP", "MISS", undefined]),
      path: random.pick(["boot", "boot.nfs", "bootrr.x", "boot-x", "ltp.a", "ltp.b_c", undefined]),
      environment: environment(random),
      misc: random.pick([
        ...[undefined, {}, { runtime: "lab-one" }, { runtime: null }],
        ...[{ runtime: "lab-two", error_msg: "out of <memory>" }, { error_msg: ["odd"] }],
      ]),
    }),
    ...sparse(random, {
      ...{ comment: "run", duration: random.below(90) / 8, log_url: "http://l/t" },
      ...{ log_excerpt: "x\n\n  \nthe end", number: { value: 1.5, unit: "s", prefix: "metric" } },
      ...{ output_files: [], input_files: [{ name: "a b", url: "http://f/1" }] },
    }),
  };
}

function environment(random: Random): Item | undefined {
  if (random.chance(0.1)) return undefined;
  const platform = random.pick(["rk3399", "rk3399", "qemu", "", "kubernetes", undefined, 7, true]);
  return without({
    comment: random.pick(["rack", undefined]),
    compatible: random.pick([undefined, undefined, ["a,b", "soc"], ["rk3399"]]),
    misc: random.chance(0.9)
      ? without({ platform, job_url: random.pick(["http://j", undefined]) })
      : undefined,
  });
}

function drawIssue(random: Random, at: number): Item {
  return {
    ...{ id: `maestro:i${at}`, version: 1 + random.below(2), origin: random.pick(origins) },
    ...sparse(random, {
      ...{ comment: "<i>known</i>", report_url: "http://bugs", report_subject: "it fails" },
      ...{ culprit: { code: random.chance(0.5), tool: false, harness: true } },
      ...{ misc: { a: 1 }, categories: ["net"] },
    }),
  };
}

function drawIncident(
  random: Random,
  at: number,
  issues: Item[],
  builds: Item[],
  tests: Item[],
): Item {
  const issue = random.chance(0.85) ? random.pick(issues) : undefined;
  const build = random.chance(0.8) ? random.pick(builds)?.id : `maestro:lost${random.below(4)}`;
  const test = random.chance(0.8) ? random.pick(tests)?.id : "lab-a:gone";
  const about = random.chance(0.5) ? { build_id: build } : { test_id: test };
  return {
    ...{ id: `maestro:n${at}`, origin: "maestro", issue_id: issue?.id ?? "maestro:nowhere" },
    issue_version: random.chance(0.8) ? (issue?.version ?? 1) : 9,
    ...without(about),
    ...without({
      present: random.pick([true, false, undefined]),
      comment: random.pick(["x", undefined]),
    }),
  };
}

/** Few moments, so that some are equal. */
function startTime(random: Random): string | undefined {
  if (random.chance(0.12)) return undefined;
  const ms = firstMs + random.below(12) * 3_600_000 + random.below(3) * 250;
  return new Date(ms).toISOString();
}

/** Each of the fields now and then. */
function sparse(random: Random, fields: Item): Item {
  return Object.fromEntries(Object.entries(fields).filter(() => random.chance(0.6)));
}

function without(fields: Item): Item {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function many<T>(random: Random, least: number, below: number, make: (at: number) => T): T[] {
  return Array.from({ length: least + random.below(below - least) }, (_, at) => make(at));
}
