import { expect, test } from "bun:test";
import type { Document } from "../../../src/submission/upgrade/document.ts";
import { upgrade } from "../../../src/submission/upgrade/upgrade.ts";
import { v1_1 } from "../../../src/submission/versions/v1_1.ts";
import { v2_0 } from "../../../src/submission/versions/v2_0.ts";
import { v4_5 } from "../../../src/submission/versions/v4_5.ts";
import { newestVersion } from "../../../src/submission/versions/versions.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";
const patches = "f".repeat(64);
const { major, minor } = newestVersion;
const version = { major, minor };

test("a document of 1.1 goes the whole way", () => {
  const document: Document = {
    version: "1",
    revisions: [
      {
        origin: "lab",
        origin_id: `${commit}+${patches}`,
        git_repository_commit_hash: commit,
        patch_mboxes: [{ name: "a/b.patch", url: "x:" }],
        description: "d",
        publishing_time: "2020-01-01T00:00:00Z",
        discovery_time: "2020-01-02T00:00:00Z",
        contacts: ["a@b"],
        misc: { description: 1 },
      },
    ],
    builds: [
      {
        revision_origin: "other",
        revision_origin_id: commit,
        origin: "lab",
        origin_id: "b",
        valid: false,
      },
    ],
    tests: [
      {
        build_origin: "lab",
        build_origin_id: "b",
        origin: "lab",
        origin_id: "t",
        waived: false,
        environment: { description: "e" },
      },
    ],
  };
  expect(upgrade(document, v1_1)).toBeUndefined();
  expect(document).toEqual({
    version,
    builds: [{ id: "lab:b", origin: "lab", checkout_id: `_:lab:${commit}`, status: "FAIL" }],
    tests: [{ id: "lab:t", origin: "lab", build_id: "lab:b", environment: { comment: "e" } }],
    checkouts: [
      {
        id: `_:lab:${commit}+${patches}`,
        origin: "lab",
        git_commit_hash: commit,
        patchset_files: [{ name: "a_b.patch", url: "x:" }],
        patchset_hash: patches,
        start_time: "2020-01-02T00:00:00Z",
        comment: "d",
        misc: { description: 1 },
      },
    ],
  });
});

test("waived tests bring one issue and an incident each, behind those that are there", () => {
  const document: Document = {
    version: { major: 4, minor: 5 },
    incidents: [{ id: "a:old" }],
    tests: [
      { id: "a:1", waived: true },
      { id: "a:2", waived: false },
      { id: "a:1", waived: true },
    ],
  };
  expect(upgrade(document, v4_5)).toBeUndefined();
  const incident = {
    id: "_:waived:1:a:1",
    origin: "_",
    issue_id: "_:waived",
    issue_version: 1,
    test_id: "a:1",
    present: true,
  };
  expect(document).toEqual({
    version,
    incidents: [{ id: "a:old" }, incident, incident],
    tests: [{ id: "a:1" }, { id: "a:2" }, { id: "a:1" }],
    issues: [{ id: "_:waived", origin: "_", version: 1, comment: "Test waived as unreliable" }],
  });
});

const nul = { comment: "x\0" };
test.each([
  [
    "upgrade-url",
    { checkouts: [nul, { git_repository_url: "git://h/r" }], tests: [{ path: "." }] },
    ["checkouts", 1, "git_repository_url"],
  ],
  ["upgrade-path", { tests: [nul, { path: "a..b" }] }, ["tests", 1, "path"]],
  [
    "upgrade-nul",
    { checkouts: [{ misc: nul, contacts: ["\0"] }], tests: [{ environment: nul }] },
    ["tests", 0, "environment", "comment"],
  ],
])("%s: the first reason against an upgrade is told with its place", (code, lists, path) => {
  const document: Document = { version: { major: 4, minor: 5 }, ...structuredClone(lists) };
  expect(upgrade(document, v4_5)).toMatchObject({ code, path });
});

test("upgrade-id: an id without origin, which 1.1 and only 1.1 lets pass", () => {
  const document: Document = { version: { major: 2 }, tests: [{ id: ":x", build_id: ":y" }] };
  expect(upgrade(document, v2_0)).toMatchObject({ code: "upgrade-id", path: ["tests", 0, "id"] });
});
