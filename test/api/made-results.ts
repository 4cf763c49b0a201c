import type { Submission } from "../../src/submission/submission.ts";

export const url = "https://git.example.org/linux.git";
export const [older, newer] = ["a".repeat(40), "b".repeat(40)] as const;

/** Two commits of a tree: a boot that fails now, a test that passes now, and a build with a known issue. */
export const madeResults = {
  version: { major: 5, minor: 3 },
  checkouts: [
    checkout("c1", older, "2026-07-01T08:00:00Z"),
    checkout("c2", newer, "2026-07-01T12:00:00.5Z"),
  ],
  builds: [
    build("b1", "c1", "PASS", "2026-07-01T08:10:00Z"),
    build("b2", "c2", "PASS", "2026-07-01T12:10:00Z"),
    { ...build("b3", "c2", "FAIL", "2026-07-01T12:11:00Z"), config_name: "tinyconfig" },
  ],
  tests: [
    testOf("t1", "b1", "boot", "PASS", "2026-07-01T08:20:00Z"),
    testOf("t2", "b2", "boot", "FAIL", "2026-07-01T12:20:00Z"),
    testOf("t3", "b1", "ltp.a", "FAIL", "2026-07-01T08:30:00Z"),
    testOf("t4", "b2", "ltp.a", "PASS", "2026-07-01T12:30:00Z"),
    { id: "maestro:t5", origin: "maestro", build_id: "maestro:b2" },
    { ...testOf("t6", "gone", "boot", "FAIL", "2026-07-01T12:40:00Z"), id: "microsoft:A.b-1" },
  ],
  issues: [
    {
      id: "maestro:i1",
      version: 1,
      origin: "maestro",
      comment: "it hangs",
      culprit: { code: true },
    },
  ],
  incidents: [
    incident("n1", { build_id: "maestro:b3" }),
    incident("n2", { test_id: "maestro:t2" }),
  ],
} as unknown as Submission;

// --- internal ---

function checkout(id: string, hash: string, start: string) {
  return {
    ...{ id: `maestro:${id}`, origin: "maestro", tree_name: "mainline", start_time: start },
    ...{ git_repository_url: url, git_repository_branch: "master" },
    ...{ git_commit_hash: hash, git_commit_name: `v6.17-${id}`, git_commit_tags: [`tag-${id}`] },
  };
}

function build(id: string, of: string, status: string, start: string) {
  return {
    ...{ id: `maestro:${id}`, origin: "maestro", checkout_id: `maestro:${of}`, status },
    ...{ start_time: start, architecture: "arm64", compiler: "gcc-14", config_name: "defconfig" },
    ...{ misc: { lab: "k8s" }, log_url: "https://logs.example.org/b" },
  };
}

function testOf(id: string, of: string, path: string, status: string, start: string) {
  return {
    ...{ id: `maestro:${id}`, origin: "maestro", build_id: `maestro:${of}`, path, status },
    start_time: start,
    environment: { compatible: ["ti,am69-sk", "ti,am69"], misc: { platform: "am69 sk" } },
    ...{ misc: { runtime: "lab-one" }, log_url: "https://logs.example.org/t" },
  };
}

function incident(id: string, about: Record<string, string>) {
  return {
    ...{ id: `maestro:${id}`, origin: "maestro", issue_id: "maestro:i1", issue_version: 1 },
    ...{ present: true, ...about },
  };
}
