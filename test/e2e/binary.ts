import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../../scripts/build-binary.ts";
import { afterThisProcess } from "../after-this-process.ts";
import type { Program } from "./run-ingester.ts";

let path: Promise<string> | undefined;

/** The compiled binary of the code under test: the run's, or one that this process builds once. */
export async function compiled(): Promise<Program> {
  path ??= Promise.resolve(process.env.TEST_BINARY || buildBinary());
  return { name: "dist/kci-ingester", command: [await path] };
}

/** Builds the binary outside of the project's folder, and returns its path; it goes with this process. */
export async function buildBinary(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "kci-binary-"));
  afterThisProcess('rm -rf "$1"', folder);
  const outfile = join(folder, "kci-ingester");
  await build({ outfile });
  return outfile;
}
