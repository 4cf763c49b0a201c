import { commonFields, fileExample, formerFields, runFields } from "./common.ts";
import type { FieldDescriptions } from "./description.ts";

/** The fields of a test. */
export const testDescriptions: FieldDescriptions = {
  ...commonFields,
  ...runFields,
  ...formerFields,
  id: {
    description: "The id of the test run: its origin, a colon, and a name chosen by the origin.",
    example: "lab:1",
  },
  build_id: { description: "The id of the build that was tested.", example: "lab:1" },
  build_origin: {
    description: "The origin of the build; part of its id from 2.0 on.",
    example: "lab",
  },
  build_origin_id: {
    description: "The id of the build at its origin; part of its id from 2.0 on.",
    example: "1",
  },
  environment: {
    description: "The machine that the test ran on.",
    example: { comment: "Raspberry Pi 4", misc: { platform: "bcm2711-rpi-4-b" } },
  },
  path: {
    description: "The name of the test: its suite and its parts, joined by dots.",
    example: "ltp.syscalls.open01",
  },
  status: { description: "The result of the test.", example: "PASS" },
  number: {
    description: "What the test measured.",
    example: { value: 12.5, unit: "B/s", prefix: "metric" },
  },
  duration: { description: "How long it took, in seconds.", example: 12.5 },
  input_files: { description: "Input files of the test.", example: fileExample },
  output_files: { description: "Output files of the test.", example: fileExample },
  waived: {
    description: "Whether to ignore the result; replaced by incidents since 5.0.",
    example: false,
  },
};
