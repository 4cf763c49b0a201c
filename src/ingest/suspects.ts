import type { SpoolFile } from "../spool/spool.ts";
import type { Refusal } from "../submission/refusal.ts";

/** At so many deaths of a worker with a file in hand, that file is refused (`ingest/README.md` 6). */
export const maxCrashes = 3;

interface CrashRecord {
  crashes: number;
  /** How many batches had gone well when it was first accused. */
  readonly wellBefore: number;
}

/** The file is to be tried again, waits for proof that workers live without it, or is at fault. */
export type Verdict = "again" | "accused" | "guilty";

export interface Suspect {
  readonly file: SpoolFile;
  /** How the last worker died with it in hand. */
  readonly reason: string;
}

/**
 * Keeps count of the workers that died with a file in hand. A file is guilty only if workers live without
 * it: where all of them die, no file is to blame.
 */
export class Suspects {
  readonly #records = new Map<string, CrashRecord>();
  readonly #accused = new Map<string, Suspect>();
  #well = 0;

  /** How many wait for the proof that workers live without them. */
  get accused(): number {
    return this.#accused.size;
  }

  /** Whether a file waits for that proof. */
  has(name: string): boolean {
    return this.#accused.has(name);
  }

  /** Notes a death. */
  accuse(file: SpoolFile, reason: string): Verdict {
    const record = this.#records.get(file.name) ?? { crashes: 0, wellBefore: this.#well };
    record.crashes++;
    this.#records.set(file.name, record);
    if (record.crashes < maxCrashes) return "again";
    if (this.#well > record.wellBefore) return "guilty";
    this.#accused.set(file.name, { file, reason });
    return "accused";
  }

  /** A batch or a probe has gone well. Answers whom that proves guilty. */
  noteWell(): Suspect[] {
    this.#well++;
    const guilty = [...this.#accused.values()];
    this.#accused.clear();
    return guilty;
  }

  /** The file has had its fate: what was noted of it no longer counts. */
  clear(name: string): void {
    this.#records.delete(name);
    this.#accused.delete(name);
  }
}

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
        expected: "a submission that can be prepared in the memory and time there is",
        got: message,
        hint: "send fewer objects in one submission; if it is small, this is a bug: report it",
      },
    ],
    issueCount: 1,
  };
}
