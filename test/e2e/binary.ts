import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../../scripts/build-binary.ts";
import { afterThisProcess } from "../after-this-process.ts";
import type { Program } from "./run-ingester.ts";

/** The variables by which a run passes on the binaries that it has built. */
export const binaryVariables = {
  plain: "TEST_BINARY",
  /** With `inject.ts` in it. */
  withFaults: "TEST_BINARY_WITH_FAULTS",
} as const;

type Kind = keyof typeof binaryVariables;

const built: Partial<Record<Kind, Promise<string>>> = {};

/** The compiled binary of the code under test: the run's, or one that this process builds once. */
export async function compiled(kind: Kind = "plain"): Promise<Program> {
  built[kind] ??= Promise.resolve(process.env[binaryVariables[kind]] || buildBinary(kind));
  return { name: "dist/kci-ingester", command: [await built[kind]] };
}

/** Builds a binary outside of the project's folder, and returns its path; it goes with this process. */
export async function buildBinary(kind: Kind): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "kci-binary-"));
  afterThisProcess('rm -rf "$1"', folder);
  // Some tests start it as a user who owns nothing.
  chmodSync(folder, 0o755);
  const outfile = join(folder, "kci-ingester");
  await build({
    outfile,
    ...(kind === "withFaults" ? { entries: "test/faults/with-faults" } : {}),
  });
  return outfile;
}
