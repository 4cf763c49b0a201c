import { commonFields } from "./common.ts";
import type { FieldDescriptions } from "./description.ts";

/** The fields of an issue. */
export const issueDescriptions: FieldDescriptions = {
  ...commonFields,
  id: {
    description: "The id of the issue: its origin, a colon, and a name chosen by the origin.",
    example: "lab:1",
  },
  version: {
    description: "The version of the issue; the highest one applies.",
    example: 1,
  },
  categories: { description: "The categories of the issue, as paths.", example: ["build.warning"] },
  report_url: {
    description: "URL of the report.",
    example: "https://bugzilla.kernel.org/show_bug.cgi?id=1",
  },
  report_subject: { description: "The subject of the report.", example: "Oops in foo()" },
  culprit: {
    description: "Where its cause is.",
    example: { code: true, tool: false, harness: false },
  },
  build_valid: {
    description: "Whether builds with the issue succeed; up to 4.5.",
    example: false,
  },
  test_status: { description: "The status of tests with the issue; up to 4.5.", example: "FAIL" },
};

/** The fields of an incident. */
export const incidentDescriptions: FieldDescriptions = {
  ...commonFields,
  id: {
    description: "The id of the incident: its origin, a colon, and a name chosen by the origin.",
    example: "lab:1",
  },
  issue_id: { description: "The id of the issue.", example: "lab:1" },
  issue_version: { description: "The version of the issue.", example: 1 },
  build_id: { description: "The id of the build it was found in.", example: "lab:1" },
  test_id: { description: "The id of the test it was found in.", example: "lab:1" },
  present: {
    description: "Whether the issue is present; false revokes an earlier incident.",
    example: true,
  },
};
