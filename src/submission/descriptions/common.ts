import type { FieldDescriptions } from "./description.ts";

/** Fields that objects of every kind have. */
export const commonFields = {
  _timestamp: {
    description: "When the object was last changed; ingestion overwrites it.",
    example: "2025-01-31T10:00:00Z",
  },
  origin: { description: "The CI system that sent the object.", example: "lab" },
  comment: { description: "A comment for people.", example: "flaky on this board" },
  misc: {
    description: "Extra data from the CI system, with any field names.",
    example: { job: 4711 },
  },
} satisfies FieldDescriptions;

/** Fields of what is built or run. */
export const runFields = {
  start_time: { description: "When it started.", example: "2025-01-31T10:00:00Z" },
  log_url: {
    description: "URL of the full log.",
    example: "https://storage.example.org/1/log.txt.gz",
  },
  log_excerpt: {
    description: "The most relevant part of the log, up to 16,384 characters.",
    example: "error: oops",
  },
} satisfies FieldDescriptions;

/** Of versions up to 3.0. */
export const formerFields = {
  description: {
    description: "A comment for people; called `comment` from 4.0 on.",
    example: "flaky",
  },
  origin_id: { description: "The id without its origin; `id` has both from 2.0 on.", example: "1" },
} satisfies FieldDescriptions;

const url = "https://storage.example.org/1/vmlinux.xz";
/** An example of a list of files. */
export const fileExample = [{ name: "vmlinux.xz", url }];
