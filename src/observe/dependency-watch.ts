import type { Trouble } from "./readiness.ts";
import type { Dependency } from "./state.ts";

/** Remembers the state of something that the service leans on, and since when it is so. */
export class DependencyWatch {
  #now: Dependency;
  #trouble: Trouble | undefined;

  constructor(target: string, state: Dependency["state"] = "unknown") {
    this.#now = { target, state, sinceMs: Date.now() };
  }

  get now(): Dependency {
    return this.#now;
  }

  /** What is wrong, as long as it is down. */
  get trouble(): Trouble | undefined {
    return this.#trouble;
  }

  /** It is down. */
  fail(trouble: Trouble): void {
    this.set("down", trouble.message);
    this.#trouble = trouble;
  }

  set(state: Dependency["state"], message?: string): void {
    this.#trouble = undefined;
    const { target, state: before } = this.#now;
    const sinceMs = before === state ? this.#now.sinceMs : Date.now();
    this.#now = { target, state, message, sinceMs };
  }
}
