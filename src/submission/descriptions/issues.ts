import { commonFields } from "./common.ts";
import type { FieldDescriptions } from "./description.ts";

/** The fields of an issue. */
export const issueDescriptions: FieldDescriptions = {
  ...commonFields,
  id: {
    description: "The issue's id: its origin, a colon, and what that chooses.",
    example: "lab:1",
  },
  version: {
    description: "The version of the issue; the greatest is the one that holds.",
    example: 1,
  },
  categories: { description: "What kind of issue it is, as paths.", example: ["build.warning"] },
  report_url: {
    description: "Where the issue is reported.",
    example: "https://bugzilla.kernel.org/show_bug.cgi?id=1",
  },
  report_subject: { description: "The subject of the report.", example: "Oops in foo()" },
  culprit: {
    description: "Where its cause lies.",
    example: { code: true, tool: false, harness: false },
  },
  build_valid: {
    description: "Whether builds with the issue come through; up to 4.5.",
    example: false,
  },
  test_status: { description: "The status of tests with the issue; up to 4.5.", example: "FAIL" },
};

/** The fields of an incident. */
export const incidentDescriptions: FieldDescriptions = {
  ...commonFields,
  id: {
    description: "The incident's id: its origin, a colon, and what that chooses.",
    example: "lab:1",
  },
  issue_id: { description: "The id of the issue.", example: "lab:1" },
  issue_version: { description: "The version of the issue.", example: 1 },
  build_id: { description: "The id of the build that it was seen in.", example: "lab:1" },
  test_id: { description: "The id of the test that it was seen in.", example: "lab:1" },
  present: {
    description: "Whether it was there; false takes back what was said before.",
    example: true,
  },
};
