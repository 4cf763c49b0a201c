import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ingester, type Run, runIngester } from "../e2e/run-ingester.ts";
import { temporaryFolder } from "../temporary.ts";

/** A spool of a test, and the program run on it with no database but its own. */
export interface TestSpool extends Disposable {
  readonly path: string;
  run(...words: string[]): Promise<Run>;
  /** As `run`, an hour later. */
  runLater(...words: string[]): Promise<Run>;
  /** As `run`, this many days later. */
  runDaysLater(days: number, ...words: string[]): Promise<Run>;
}

/** To be preloaded by a program whose clock is to be ahead by `TEST_LATER_MS`. */
export const laterClock = join(import.meta.dir, "later-clock.ts");

/** A submission that is accepted. */
export const good = (origin = "lab") =>
  JSON.stringify({
    version: { major: 5, minor: 3 },
    checkouts: [{ id: `${origin}:1`, origin, tree_name: "t", git_commit_hash: "a".repeat(40) }],
  });

/** A submission that breaks the schema. */
export const bad = (origin = "lab") =>
  `{\n  "version": {"major": 5, "minor": 3},\n  "builds": [{"id": "${origin}:1", "origin": "${origin}"}]\n}`;

/** Makes a spool with these files, by their paths in it. */
export function spoolWith(files: Record<string, string>): TestSpool {
  const folder = temporaryFolder();
  const path = join(folder.path, "spool");
  mkdirSync(path);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  const env = { SPOOL_DIR: path, NO_COLOR: "1" };
  const runAfter = (ms: number, words: string[]) => {
    const later = { BUN_OPTIONS: `--preload ${laterClock}`, TEST_LATER_MS: String(ms) };
    return runIngester(ingester, words, { cwd: folder.path, env: { ...env, ...later } });
  };
  return {
    path,
    run: (...words) => runIngester(ingester, words, { cwd: folder.path, env }),
    runLater: (...words) => runAfter(3_600_000, words),
    runDaysLater: (days, ...words) => runAfter(days * 86_400_000, words),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}
