import type { DependencyFailure } from "./readiness.ts";
import type { Dependency } from "./state.ts";

/** Remembers the state of something that the service leans on, and since when it is so. */
export class DependencyWatch {
  #now: Dependency;
  #failure: DependencyFailure | undefined;

  constructor(target: string, state: Dependency["state"] = "unknown") {
    this.#now = { target, state, sinceMs: Date.now() };
  }

  get now(): Dependency {
    return this.#now;
  }

  /** What is wrong, as long as it is down. */
  get failure(): DependencyFailure | undefined {
    return this.#failure;
  }

  /** It is down. */
  fail(failure: DependencyFailure): void {
    this.set("down", failure.message);
    this.#failure = failure;
  }

  set(state: Dependency["state"], message?: string): void {
    this.#failure = undefined;
    const { target, state: before } = this.#now;
    const sinceMs = before === state ? this.#now.sinceMs : Date.now();
    this.#now = { target, state, message, sinceMs };
  }
}
