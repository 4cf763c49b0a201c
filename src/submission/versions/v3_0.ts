import { deriveVersion } from "./derive-version.ts";
import { object, required, type Version } from "./field.ts";
import { dateTime, filesOld, misc, plain, revisionId } from "./types.ts";
import { v4_0 } from "./v4_0.ts";

const { checkouts, ...others } = v4_0.lists;
const revisions = { ...checkouts, kind: "object", name: "revision" } as const;
const beforeRename = { ...v4_0, lists: { revisions, ...others } } as Version;

/** Checkouts were called revisions and named by commit; comments were descriptions. */
export const v3_0 = deriveVersion(beforeRename, "3.0", {
  revisions: {
    without: ["patchset_files", "patchset_hash", "comment", "start_time", "log_excerpt"],
    having: {
      id: required(revisionId),
      patch_mboxes: filesOld,
      description: plain,
      publishing_time: dateTime,
      discovery_time: dateTime,
    },
  },
  builds: {
    without: ["checkout_id", "comment", "log_excerpt"],
    having: { revision_id: required(revisionId), description: plain },
  },
  tests: {
    without: ["comment", "log_url", "log_excerpt"],
    having: {
      description: plain,
      environment: object("environment", { description: plain, misc }),
    },
  },
});
