import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../../scripts/build-binary.ts";
import { afterThisProcess } from "../after-this-process.ts";
import type { Program } from "./run-ingester.ts";

let built: Promise<Program> | undefined;

/** The compiled binary of the code under test, built once a run, outside of the project's folder. */
export function compiled(): Promise<Program> {
  built ??= buildOnce();
  return built;
}

async function buildOnce(): Promise<Program> {
  const folder = mkdtempSync(join(tmpdir(), "kci-binary-"));
  afterThisProcess('rm -rf "$1"', folder);
  const outfile = join(folder, "kci-ingester");
  await build({ outfile });
  return { name: "dist/kci-ingester", command: [outfile] };
}
