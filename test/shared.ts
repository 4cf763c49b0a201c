import { existsSync } from "node:fs";
import { join } from "node:path";

const wanted = process.env.KCI_SHARED ?? join(import.meta.dir, "../../shared");

/** The folder of reference material; where it is absent, the tests that need it are skipped. */
export const sharedDir: string | undefined = existsSync(wanted) ? wanted : undefined;

if (sharedDir === undefined) {
  console.warn(`SKIPPED: tests against reference material, because ${wanted} is not there`);
}
