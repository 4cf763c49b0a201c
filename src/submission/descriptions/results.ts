import { commonFields, fileExample, formerFields, runFields } from "./common.ts";
import type { FieldDescriptions } from "./description.ts";

const hash = "0123456789abcdef0123456789abcdef01234567";

/** The fields of a checkout. */
export const checkoutDescriptions: FieldDescriptions = {
  ...commonFields,
  ...runFields,
  ...formerFields,
  id: {
    description: "The id of the checkout: its origin, a colon, and a name chosen by the origin.",
    example: "lab:1",
  },
  tree_name: { description: "The short name of the tree.", example: "mainline" },
  git_repository_url: {
    description: "The repository of the code.",
    example: "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git",
  },
  git_commit_hash: { description: "The full hash of the commit.", example: hash },
  git_commit_name: {
    description: "The name that git describe gives the commit.",
    example: "v6.13-rc1-12-g0123456789ab",
  },
  git_commit_tags: { description: "The tags that point at the commit.", example: ["v6.13"] },
  git_commit_message: { description: "The message of the commit.", example: "Linux 6.13" },
  git_repository_branch: {
    description: "The branch of the commit.",
    example: "master",
  },
  git_repository_branch_tip: {
    description: "Whether the commit was the tip of its branch at the time.",
    example: true,
  },
  git_repository_commit_hash: {
    description: "The hash of the commit; called `git_commit_hash` from 3.0 on.",
    example: hash,
  },
  git_repository_commit_name: {
    description: "The name of the commit; called `git_commit_name` from 3.0 on.",
    example: "v5.9",
  },
  patchset_files: {
    description: "The applied patches, in order.",
    example: [{ name: "1.patch", url: "https://storage.example.org/1.patch" }],
  },
  patchset_hash: {
    description:
      "The SHA-256 of the SHA-256s of the patches, one per line; empty if there are none.",
    example: "",
  },
  patch_mboxes: { description: "The patches; called `patchset_files` from 4.0 on.", example: [] },
  message_id: {
    description: "The Message-ID of the mail with the patches.",
    example: "20250131100000.1-1-dev@example.org",
  },
  origin_builds_finish_time: {
    description: "When the origin had finished all builds of the checkout.",
    example: "2025-01-31T12:00:00Z",
  },
  origin_tests_finish_time: {
    description: "When the origin had finished all tests of the checkout.",
    example: "2025-01-31T16:00:00Z",
  },
  publishing_time: {
    description: "When the code was published; up to 3.0.",
    example: "2020-10-01T10:00:00Z",
  },
  discovery_time: {
    description: "When the code was discovered; called `start_time` from 4.0 on.",
    example: "2020-10-01T10:00:00Z",
  },
  contacts: {
    description: "Whom to notify about the results; up to 4.5.",
    example: ["dev@example.org"],
  },
  valid: { description: "Whether the code could be checked out, with its patches.", example: true },
};

/** The fields of a build. */
export const buildDescriptions: FieldDescriptions = {
  ...commonFields,
  ...runFields,
  ...formerFields,
  id: {
    description: "The id of the build: its origin, a colon, and a name chosen by the origin.",
    example: "lab:1",
  },
  checkout_id: { description: "The id of the checkout that was built.", example: "lab:1" },
  revision_id: {
    description: "The id of the revision that was built; called `checkout_id` from 4.0 on.",
    example: hash,
  },
  revision_origin: {
    description: "The origin of the revision; part of its id from 2.0 on.",
    example: "lab",
  },
  revision_origin_id: {
    description: "The id of the revision at its origin; part of its id from 2.0 on.",
    example: "1",
  },
  duration: { description: "How long it took, in seconds.", example: 600.5 },
  architecture: {
    description: "The target architecture, as named in the kernel.",
    example: "arm64",
  },
  command: { description: "The command that built it.", example: "make -j8" },
  compiler: { description: "The compiler, with its version.", example: "gcc-14" },
  input_files: { description: "Input files of the build.", example: fileExample },
  output_files: { description: "Output files of the build.", example: fileExample },
  config_name: { description: "The name of the configuration.", example: "defconfig" },
  config_url: {
    description: "URL of the configuration.",
    example: "https://storage.example.org/1/config",
  },
  status: { description: "The result of the build.", example: "PASS" },
  valid: {
    description: "Whether the build succeeded; called `status` from 5.0 on.",
    example: true,
  },
};
