import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "../build-binary.ts";

/** Makes a folder for a benchmark by the name of it; it is deleted when the process ends, by a signal, too. */
export function ownFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `kci-${name}-`));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));
  return folder;
}

/** The path of the binary to measure: the one that is given, else one that is built in `folder`. */
export async function binaryToMeasure(folder: string, given: string | undefined): Promise<string> {
  if (given) return resolve(given);
  const outfile = join(folder, "kci-ingester");
  await build({ outfile });
  return outfile;
}
