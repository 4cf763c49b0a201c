import type { Document } from "./upgrade/document.ts";
import type { Version } from "./versions/field.ts";
import { versions } from "./versions/versions.ts";

/**
 * Finds the version that a document names, exactly; a minor number left out is 0, and 1 where the
 * version is text (`submission/README.md` 2). Nothing when it names none, or one that does not exist.
 */
export function selectVersion(document: Document): Version | undefined {
  const named = namedVersion(document);
  const isText = typeof document.version === "string";
  return versions.find(({ name, versionText }) => name === named && (!isText || versionText));
}

/** The version that a document names, as `5.3`, whether it exists or not. */
export function namedVersion(document: Document): string | undefined {
  const version = document.version;
  if (typeof version === "string") {
    const [, major, minor] = /^0*([0-9]{1,9})(?:\.0*([0-9]{1,9}))?\n?$/.exec(version) ?? [];
    return major === undefined ? undefined : `${major}.${minor ?? 1}`;
  }
  if (typeof version !== "object" || version === null) return undefined;
  const { major, minor = 0 } = version as { major?: unknown; minor?: unknown };
  return isCount(major) && isCount(minor) ? `${major}.${minor}` : undefined;
}

/** A boolean passes for an integer where the version is looked up, though not in the schema. */
function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
