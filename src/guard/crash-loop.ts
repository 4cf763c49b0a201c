import type { Refusal } from "../submission/refusal.ts";

/** A file is refused, or put into quarantine, when this many workers have died with it in hand. */
export const maxCrashes = 3;

/** The refusal of a file that ends workers, or the whole program; `message` says how often and of what. */
export function crashLoop(message: string): Refusal {
  return {
    stage: "read",
    reason: "crash-loop",
    message,
    origins: [],
    issues: [
      {
        path: "$",
        code: "crash-loop",
        expected: "a submission that can be processed in the available memory and time",
        got: message,
        hint: "send fewer objects in one submission; if it is small, this is a bug: please report it",
        times: 1,
      },
    ],
    issueCount: 1,
  };
}

/** How the deaths of workers are told. */
export function deathsInWords(reason: string): string {
  return `${maxCrashes} workers died while processing this file, the last one because of: ${reason}`;
}
