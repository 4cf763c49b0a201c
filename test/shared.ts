import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const candidate = process.env.KCI_SHARED ?? resolve(import.meta.dir, "../../shared");

/**
 * The folder with the contract, the cases and the real submissions, where it is at hand: then the tests
 * run on more than the made ones of the same shapes, which prove all promises.
 */
export const sharedDir: string | undefined = existsSync(join(candidate, "README.md"))
  ? candidate
  : undefined;
