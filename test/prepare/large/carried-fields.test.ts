import { expect, test } from "bun:test";
import { carriedFields } from "../../../src/prepare/large/carried-fields.ts";

test("every list that objects have in some version is carried, whatever its name", () => {
  expect([...carriedFields.lists].sort()).toEqual([
    "categories",
    "compatible",
    "contacts",
    "git_commit_tags",
    "input_files",
    "output_files",
    "patch_mboxes",
    "patchset_files",
  ]);
  expect([...carriedFields.inMisc].sort()).toEqual(["automatic_lab", "lab", "platform", "runtime"]);
});

test("objects within objects are looked at field by field", () => {
  expect([...carriedFields.objects].sort()).toEqual(["culprit", "environment", "number"]);
});
