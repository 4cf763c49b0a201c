import type { ServiceEvents } from "../events/service-events.ts";
import { countTally } from "../prepare/tally.ts";

/** What a run of the service has done, for the line that it ends with. */
export class RunTotals {
  readonly #startedMs = performance.now();
  #files = 0;
  #objects = 0;
  #refused = 0;

  /** How it learns what happens. */
  get events(): ServiceEvents {
    return {
      onBatch: ({ tally }) => {
        this.#objects += countTally(tally);
      },
      onIngested: () => {
        this.#files++;
      },
      onRefused: () => {
        this.#refused++;
      },
    };
  }

  get refused(): number {
    return this.#refused;
  }

  /** Ingested files and their objects, refused files, and how long it took; `left` is given. */
  fields(left: number | undefined): Record<string, number | undefined> {
    const seconds = Math.round((performance.now() - this.#startedMs) / 10) / 100;
    return { files: this.#files, objects: this.#objects, refused: this.#refused, left, seconds };
  }
}
