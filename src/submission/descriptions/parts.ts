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
    major: { description: "The number before the point.", example: major },
    minor: { description: "The number after the point; 0 where it is absent.", example: minor },
  },
  resource: {
    name: { description: "The name of the file, without folders.", example: "vmlinux.xz" },
    url: { description: "Where the file is.", example: "https://storage.example.org/1/vmlinux.xz" },
  },
  environment: {
    comment: { description: "The machine in words.", example: "Raspberry Pi 4" },
    compatible: {
      description: "The compatible strings of its device tree, most exact first.",
      example: ["raspberrypi,4-model-b", "brcm,bcm2711"],
    },
    misc: commonFields.misc,
    description: formerFields.description,
  },
  number: {
    value: { description: "The value that was measured.", example: 12.5 },
    unit: { description: "Its unit.", example: "B/s" },
    prefix: {
      description: "What the prefixes of the unit stand for when it is shown.",
      example: "metric",
    },
  },
  culprit: {
    code: { description: "The code that was tested.", example: true },
    tool: { description: "A tool, as the compiler.", example: false },
    harness: { description: "The test itself, or the lab.", example: false },
  },
};
