import { existsSync } from "node:fs";
import { resolve } from "node:path";

const candidate = process.env.KCI_SHARED ?? resolve(import.meta.dir, "../../shared");

/** The folder with the conformance cases, the corpus and the reference's rows; nothing when absent. */
export const sharedDir: string | undefined = existsSync(candidate) ? candidate : undefined;

if (!sharedDir) {
  console.warn(`SKIPPED: tests that need ${candidate}, which is absent (set KCI_SHARED)`);
}
