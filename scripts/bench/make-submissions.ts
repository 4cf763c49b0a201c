import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { $ } from "bun";
import { newestVersion } from "../../src/submission/versions/versions.ts";

const shared = process.env.KCI_SHARED ?? join(import.meta.dir, "../../../shared");

/** The real submissions where they are at hand, else 500 files of their profile: 16,000 tests, 86 % excerpts. */
export async function makeCorpus(folder: string): Promise<void> {
  const archive = join(shared, "corpus/submissions.tar.gz");
  if (!existsSync(archive)) {
    for (let number = 0; number < 500; number++) {
      save(folder, number, [makeCheckout(number)], 32, 4_600);
    }
    return;
  }
  const unpacked = join(folder, "unpacked");
  mkdirSync(unpacked);
  await $`tar -xzf ${archive} -C ${unpacked}`;
  const paths = readdirSync(unpacked, { recursive: true, encoding: "utf8" });
  for (const path of paths.filter((name) => name.endsWith(".json"))) {
    renameSync(join(unpacked, path), join(folder, path.replaceAll("/", "_")));
  }
  await $`rm -r ${unpacked}`;
}

/** `count` files of 1 checkout, 1 build and 1 test each. */
export async function makeSmall(folder: string, count: number): Promise<void> {
  for (let number = 0; number < count; number++) save(folder, number, [makeCheckout(number)], 1, 0);
}

/** 10,000 files of a test each, with its build and checkout: five share a build, fifty a checkout. */
export async function makeRepeated(folder: string): Promise<void> {
  for (let number = 0; number < 10_000; number++) {
    const build = Math.floor(number / 5);
    const checkout = makeCheckout(Math.floor(number / 50));
    const objects = {
      checkouts: [checkout],
      builds: [{ ...makeBuild(build), checkout_id: checkout.id }],
      tests: [{ ...makeTest(build, number % 5, 0), id: testId(number, 0) }],
    };
    saveText(folder, number, JSON.stringify({ version: { major, minor }, ...objects }));
  }
}

/** One file of `bytes`, in the proportions of the corpus. */
export async function makeLarge(folder: string, bytes: number): Promise<void> {
  const excerptBytes = 4_600;
  const one = JSON.stringify(makeTest(0, 0, excerptBytes)).length + 1;
  save(folder, 0, [makeCheckout(0)], Math.floor(bytes / one), excerptBytes);
}

/** The submission that the latency of the service is measured with, and the id of its test. */
export function makeProbe(number: number): { text: string; testId: string } {
  const text = JSON.stringify(makeSubmission(number, [makeCheckout(number)], 1, 0));
  return { text, testId: testId(number, 0) };
}

// --- internal ---

function save(
  folder: string,
  number: number,
  checkouts: unknown[],
  tests: number,
  excerptBytes: number,
): void {
  const submission = makeSubmission(number, checkouts, tests, excerptBytes);
  saveText(folder, number, JSON.stringify(submission));
}

function saveText(folder: string, number: number, text: string): void {
  writeFileSync(join(folder, `bench-${String(number).padStart(6, "0")}.json`), text);
}

function makeSubmission(
  number: number,
  checkouts: unknown[],
  tests: number,
  excerptBytes: number,
): object {
  return {
    version: { major, minor },
    checkouts,
    builds: [makeBuild(number)],
    tests: Array.from({ length: tests }, (_, place) => makeTest(number, place, excerptBytes)),
  };
}

const { major, minor } = newestVersion;
const scatter = (number: number) => Bun.hash(String(number)).toString(16).padStart(16, "0");
const buildId = (number: number) => `bench:${scatter(number)}-build`;
const testId = (number: number, place: number) => `bench:${scatter(number)}-${place}`;
const time = (number: number) => new Date(1_750_000_000_000 + number * 1000).toISOString();

function makeCheckout(number: number) {
  return {
    id: `bench:${scatter(number)}`,
    origin: "bench",
    tree_name: `tree-${number % 50}`,
    git_repository_url: `https://git.example.org/tree-${number % 50}.git`,
    git_repository_branch: "master",
    git_commit_hash: scatter(number).padEnd(40, "0"),
    git_commit_name: `v6.16-rc${number % 9}`,
    patchset_hash: "",
    start_time: time(number),
    valid: true,
  };
}

function makeBuild(number: number): object {
  return {
    id: buildId(number),
    checkout_id: `bench:${scatter(number)}`,
    origin: "bench",
    architecture: "x86_64",
    compiler: "gcc-14",
    config_name: "defconfig",
    status: "PASS",
    start_time: time(number),
    duration: 321.5,
    log_url: `https://logs.example.org/${number}/build.log.gz`,
    misc: { lab: "lab-bench", build_platform: ["x86"] },
  };
}

function makeTest(number: number, place: number, excerptBytes: number): object {
  const line = `[    ${place % 10}.${number % 1000}] a line of the kernel's log, number ${place}\n`;
  return {
    id: testId(number, place),
    build_id: buildId(number),
    origin: "bench",
    path: place % 8 === 0 ? "boot" : `kselftest.net.case_${place % 97}`,
    status: place % 7 === 0 ? "FAIL" : "PASS",
    start_time: time(number),
    duration: 1.5,
    environment: { compatible: ["qemu,arm64"], misc: { platform: `board-${place % 40}` } },
    log_url: `https://logs.example.org/${number}/${place}.txt.gz`,
    ...(excerptBytes > 0
      ? { log_excerpt: line.repeat(excerptBytes / line.length + 1).slice(0, excerptBytes) }
      : {}),
    misc: { runtime: "lab-bench", arch: "arm64", kernel_type: "image" },
  };
}
