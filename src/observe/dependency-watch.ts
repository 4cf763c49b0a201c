import type { Dependency } from "./state.ts";

/** Remembers the state of something that the service leans on, and since when it is so. */
export class DependencyWatch {
  #now: Dependency;

  constructor(target: string, state: Dependency["state"] = "unknown") {
    this.#now = { target, state, sinceMs: Date.now() };
  }

  get now(): Dependency {
    return this.#now;
  }

  set(state: Dependency["state"], message?: string): void {
    const { target, state: before } = this.#now;
    const sinceMs = before === state ? this.#now.sinceMs : Date.now();
    this.#now = { target, state, message, sinceMs };
  }
}
