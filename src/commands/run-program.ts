import { givenSecrets } from "../base/given-secrets.ts";
import { knowSecrets } from "../base/known-secrets.ts";
import { endOnCrash } from "./crash.ts";
import { runCli } from "./run-cli.ts";

/** Runs the program with the words of its command line, and ends the process with its exit code. */
export async function runProgram(words: readonly string[]): Promise<never> {
  // Until the process ends: whatever leaves it is masked.
  knowSecrets(givenSecrets(process.env, words));
  endOnCrash();
  process.exitCode = await runCli(words);
  // What a command leaves open, such as an idle thread, must not keep the process alive.
  process.exit();
}
