import type { SpoolFile } from "../spool/spool.ts";
import type { Refusal } from "../submission/refusal.ts";

/** At so many deaths of a lane with a file in hand, that file is refused (`spec/ingester.md` 4). */
export const maxCrashes = 3;

/** Keeps count of the lanes that died with a file in hand. */
export class Suspects {
  readonly #crashes = new Map<string, number>();

  /** Notes a death; says whether the file has been in hand at too many. */
  accuse(file: SpoolFile): boolean {
    const count = (this.#crashes.get(file.name) ?? 0) + 1;
    this.#crashes.set(file.name, count);
    return count >= maxCrashes;
  }

  /** The file has had its fate: what was noted of it no longer counts. */
  clear(name: string): void {
    this.#crashes.delete(name);
  }
}

/** The refusal of a file that kills lanes; `reason` is how the last one died. */
export function crashLoop(reason: string): Refusal {
  const message = `${maxCrashes} lanes died with this file in hand, the last of: ${reason}`;
  return {
    stage: "read",
    reason: "crash-loop",
    message,
    origins: [],
    issues: [
      {
        path: "$",
        code: "crash-loop",
        expected: "a submission that can be prepared in the memory and time there is",
        got: message,
        hint: "send fewer objects in one submission; if it is small, this is a bug: report it",
      },
    ],
    issueCount: 1,
  };
}
