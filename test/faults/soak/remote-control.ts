import { writeFileSync } from "node:fs";
import { type Errno, remote, type StepKind, stepKinds, strikes } from "../plan.ts";

interface Order {
  what: "SIGKILL" | Errno;
  kinds: readonly StepKind[];
  /** How many steps come before the first that fails, and how many fail. */
  steps: number;
  failures: number;
}

/** Lets steps of a running program fail: the test's side of `Plan.remote`. */
export class RemoteControl {
  readonly path: string;
  readonly #cells: Int32Array;

  constructor(path: string) {
    writeFileSync(path, new Uint8Array(2 * 4 * remote.cells));
    this.path = path;
    this.#cells = new Int32Array(Bun.mmap(path, { shared: true }).buffer);
  }

  /** How many steps have failed since the beginning. */
  get hits(): number {
    return this.#load(0, "hits") + this.#load(1, "hits");
  }

  /** Gives an order to one of the two places for them; a former one ends. */
  order(place: 0 | 1, { what, kinds, steps, failures }: Order): void {
    this.end(place);
    this.#store(place, "countdown", steps);
    this.#store(place, "left", failures);
    const bits = kinds.reduce((sum, kind) => sum | stepKinds[kind], 0);
    this.#store(place, "kinds", bits);
    this.#store(place, "what", strikes.indexOf(what));
  }

  end(place: 0 | 1): void {
    this.#store(place, "what", 0);
  }

  #load(place: 0 | 1, cell: keyof typeof remote): number {
    return Atomics.load(this.#cells, place * remote.cells + remote[cell]);
  }

  #store(place: 0 | 1, cell: keyof typeof remote, value: number): void {
    Atomics.store(this.#cells, place * remote.cells + remote[cell], value);
  }
}
