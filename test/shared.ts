import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const candidate = process.env.KCI_SHARED ?? resolve(import.meta.dir, "../../shared");

/** The folder with the contract, the cases and the real submissions, where it is at hand. */
export const sharedDir: string | undefined = existsSync(join(candidate, "README.md"))
  ? candidate
  : undefined;

if (!sharedDir) console.warn(`SKIPPED: tests that need ${candidate}, which is not here`);
