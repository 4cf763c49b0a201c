import type { FoundMistake } from "../mistakes.ts";
import type { Version } from "../versions/field.ts";
import { newestVersion } from "../versions/versions.ts";

/** What the upgrade from an older major version changes (`submission/README.md` 6). */
const changes: Readonly<Record<number, string>> = {
  1: "`origin` and `origin_id` become one `id`",
  2: "the `origin` becomes a field of its own",
  3: "`revisions` become `checkouts`, `description` becomes `comment`",
  4: "`valid` of builds becomes `status`, `waived` of tests an incident, `contacts` goes",
};

/** Whether an upgrade from a version changes more than its number. */
export function isOld({ major }: Version): boolean {
  return major < newestVersion.major;
}

/** Says what the upgrade from an old version changes. */
export function warnOfVersion({ major, name }: Version): FoundMistake {
  const { name: newest } = newestVersion;
  const steps = Object.entries(changes).flatMap(([from, words]) =>
    Number(from) >= major ? [words] : [],
  );
  return {
    path: ["version"],
    code: "old-version",
    expected: `version ${newest}`,
    got: name,
    hint: `kci-ingester upgrade writes it as ${newest}: ${steps.join("; ")}`,
  };
}
