import { appendFileSync, existsSync, statSync } from "node:fs";
import { otherFileSystem, parentOfFolders } from "./temporary.ts";

/** Where a run of `check` collects what was skipped, one line each, to tell it at its end. */
export const skipsVariable = "TEST_SKIPS";

/**
 * Whether what some tests need of the system is here: a program, a right, a file system. Where it is
 * not, says which `tests` are skipped and what is `missing`, the only reason there may be for a skip.
 */
export function needs(isHere: boolean, tests: string, missing: string): boolean {
  if (!isHere) {
    const line = `SKIPPED: ${tests}: ${missing} is missing`.replace(/\s+/g, " ");
    const path = process.env[skipsVariable];
    if (path) appendFileSync(path, `${line}\n`);
    else console.warn(line);
  }
  return isHere;
}

/** As `needs`, of a program on PATH. */
export function needsProgram(name: string, tests: string): boolean {
  return needs(Bun.which(name) !== null, tests, `the program ${name}`);
}

/** Whether there is another file system than that of the folders of tests. */
export function needsOtherFileSystem(tests: string): boolean {
  const other = otherFileSystem();
  const isOther = existsSync(other) && statSync(other).dev !== statSync(parentOfFolders()).dev;
  return needs(isOther, tests, `another file system at ${other}`);
}
