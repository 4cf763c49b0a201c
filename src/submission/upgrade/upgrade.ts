import type { Version } from "../versions/field.ts";
import { newestVersion } from "../versions/versions.ts";
import type { Document, Step, UpgradeError } from "./document.ts";
import { to2_0 } from "./to-2-0.ts";
import { to3_0 } from "./to-3-0.ts";
import { to4_0 } from "./to-4-0.ts";
import { to5_0 } from "./to-5-0.ts";

/** The steps, by the major version that they lead to; minor versions only add fields. */
const steps: readonly (readonly [number, Step])[] = [
  [2, to2_0],
  [3, to3_0],
  [4, to4_0],
  [5, to5_0],
];

/**
 * Brings a document that is valid in `version` to the newest, in place (`submission/README.md` 6). Gives the
 * first reason when that is impossible; the document is then half converted. The result can still
 * break its rules.
 */
export function upgrade(document: Document, version: Version): UpgradeError | undefined {
  for (const [major, step] of steps) {
    if (version.major >= major) continue;
    const impossible = step(document);
    if (impossible) return impossible;
  }
  const { major, minor } = newestVersion;
  document.version = { major, minor };
  return undefined;
}
