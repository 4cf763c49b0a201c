import { newestVersion } from "../versions/versions.ts";
import { commonFields, formerFields } from "./common.ts";
import type { FieldDescriptions } from "./description.ts";

const { major, minor } = newestVersion;

const listOf = (what: string) => ({ description: `The ${what} of the submission.`, example: [] });

/** What stands around the objects, and within them, by the name of its object. */
export const partFields: Readonly<Record<string, FieldDescriptions>> = {
  submission: {
    version: { description: "The version of the format.", example: { major, minor } },
    checkouts: listOf("checkouts"),
    revisions: listOf("revisions"),
    builds: listOf("builds"),
    tests: listOf("tests"),
    issues: listOf("issues"),
    incidents: listOf("incidents"),
  },
  version: {
    major: { description: "The major version number.", example: major },
    minor: { description: "The minor version number; 0 if absent.", example: minor },
  },
  resource: {
    name: { description: "The name of the file, without folders.", example: "vmlinux.xz" },
    url: {
      description: "The URL of the file.",
      example: "https://storage.example.org/1/vmlinux.xz",
    },
  },
  environment: {
    comment: { description: "A description of the machine.", example: "Raspberry Pi 4" },
    compatible: {
      description: "The compatible strings of its device tree, most specific first.",
      example: ["raspberrypi,4-model-b", "brcm,bcm2711"],
    },
    misc: commonFields.misc,
    description: formerFields.description,
  },
  number: {
    value: { description: "The value that was measured.", example: 12.5 },
    unit: { description: "Its unit.", example: "B/s" },
    prefix: {
      description: "Which unit prefixes to use for display.",
      example: "metric",
    },
  },
  culprit: {
    code: { description: "The code that was tested.", example: true },
    tool: { description: "A tool, such as the compiler.", example: false },
    harness: { description: "The test itself, or the lab.", example: false },
  },
};
