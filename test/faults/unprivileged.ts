import { spawnSync } from "node:child_process";
import { fromSource } from "../e2e/run-ingester.ts";

/** The user that has no rights anywhere. */
export const nobody = 65_534;

/**
 * The words that start the program so that the rights of files hold for it: none for an ordinary
 * user; for root, who may do everything, as another user, or where that one cannot reach the program,
 * without root's power over files. Undefined where neither is possible.
 */
export const unprivileged: readonly string[] | undefined = candidates().find(works);

// --- internal ---

function candidates(): string[][] {
  if (process.getuid?.() !== 0) return [[]];
  return [
    ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"],
    ["setpriv", "--bounding-set=-dac_override,-dac_read_search"],
  ];
}

function works(words: readonly string[]): boolean {
  const [program = "", ...rest] = [...words, ...fromSource.command, "--version"];
  return spawnSync(program, rest, { stdio: "ignore", timeout: 20_000 }).status === 0;
}
