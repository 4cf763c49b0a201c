import { setTimeout } from "node:timers/promises";
import { maskSecrets } from "../base/mask-secrets.ts";
import { safeJson } from "../base/safe-json.ts";
import type { ServiceEvents } from "../events/service-events.ts";
import { Backoff } from "../outages/backoff.ts";
import { printableName } from "../spool/name.ts";
import { type ReasonFile, reasonRecord } from "../spool/reason-file.ts";
import type { Refusal } from "../submission/refusal.ts";
import type { Deliver } from "./delivery.ts";

/** How much waits, how much is told at once, and how often what fails is tried. */
export interface HookLimits {
  readonly maxWaiting: number;
  readonly maxAtOnce: number;
  readonly maxTries: number;
  /** How long others may come before the first is told. */
  readonly gatherMs: number;
  readonly firstPauseMs: number;
}

/** Those of a service; tests have smaller ones. */
export const usualHookLimits: HookLimits = {
  maxWaiting: 1_000,
  maxAtOnce: 100,
  maxTries: 10,
  gatherMs: 1_000,
  firstPauseMs: 1_000,
};

/** What a hook tells its owner. */
export interface HookListener {
  log(level: "info" | "warn", event: string, fields: Record<string, unknown>): void;
  count(result: "told" | "lost", refusals: number): void;
}

/** Tells a program or a server of refused submissions, in the background. */
export class RefusalHook implements AsyncDisposable {
  readonly #deliver: Deliver;
  readonly #listener: HookListener;
  readonly #limits: HookLimits;
  readonly #backoff: Backoff;
  /** Refused, and not yet in `failed/`. */
  readonly #coming = new Map<string, Refusal>();
  readonly #waiting: ReasonFile[] = [];
  readonly #ending = new AbortController();
  readonly #hurrying = new AbortController();
  #work: Promise<void> | undefined;
  /** Lost and not yet told in the log. */
  #lost = 0;

  constructor(deliver: Deliver, listener: HookListener, limits: HookLimits = usualHookLimits) {
    this.#deliver = deliver;
    this.#listener = listener;
    this.#limits = limits;
    this.#backoff = new Backoff({ firstMs: limits.firstPauseMs });
  }

  /** How it learns of refusals. */
  get events(): ServiceEvents {
    return {
      onRefused: (file, refusal) => void this.#coming.set(file.name, refusal),
      onSettled: (file, what, name) => {
        const refusal = this.#coming.get(file.name);
        this.#coming.delete(file.name);
        if (what !== "refuse" || !refusal) return;
        this.#add({
          file: printableName(name),
          when: new Date().toISOString(),
          ...refusal,
          message: maskSecrets(refusal.message),
        });
      },
      onLost: (file) => void this.#coming.delete(file.name),
    };
  }

  /** Tells what waits without further pauses, for so long at most; the rest is lost. */
  async finish(patienceMs: number): Promise<void> {
    this.#hurrying.abort();
    if (this.#work) {
      const over = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(patienceMs)]);
      const end = () => this.#ending.abort();
      over.addEventListener("abort", end, { once: true });
      while (this.#work) await this.#work;
      over.removeEventListener("abort", end);
    }
    this.#lose(this.#waiting.splice(0).length);
    this.#tellLost();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    return this.finish(0);
  }

  #add(refusal: ReasonFile): void {
    if (this.#waiting.length >= this.#limits.maxWaiting) {
      this.#lose(1);
      return;
    }
    this.#waiting.push(refusal);
    this.#begin();
  }

  #begin(): void {
    this.#work ??= this.#tellAll().finally(() => {
      this.#work = undefined;
      // One may have come in the last moment.
      if (this.#waiting.length > 0 && !this.#ending.signal.aborted) this.#begin();
    });
  }

  async #tellAll(): Promise<void> {
    const { gatherMs, maxAtOnce, maxTries } = this.#limits;
    const { signal } = this.#ending;
    for (;;) {
      await this.#pause(gatherMs);
      if (this.#waiting.length === 0 || signal.aborted) return;
      const batch = this.#waiting.slice(0, maxAtOnce);
      const failure = await this.#deliver(
        batch.map((one) => safeJson(reasonRecord(one))),
        signal,
      );
      if (!failure) {
        this.#waiting.splice(0, batch.length);
        this.#listener.count("told", batch.length);
        if (this.#backoff.tries > 0) this.#listener.log("info", "refused_hook_recovered", {});
        this.#backoff.reset();
        this.#tellLost();
        continue;
      }
      if (signal.aborted) return;
      if (this.#backoff.tries === 0) this.#warn(failure.why, batch.length);
      const pauseMs = this.#backoff.nextMs();
      if (failure.isFinal || this.#backoff.tries >= maxTries || this.#hurrying.signal.aborted) {
        this.#lose(this.#waiting.splice(0, batch.length).length);
        this.#backoff.reset();
        this.#tellLost();
      } else await this.#pause(pauseMs);
    }
  }

  async #pause(ms: number): Promise<void> {
    const signal = AbortSignal.any([this.#ending.signal, this.#hurrying.signal]);
    await setTimeout(ms, undefined, { signal }).catch(() => {});
  }

  #warn(why: string, refusals: number): void {
    const hint = "it will be retried; failed list has all refused files";
    this.#listener.log("warn", "refused_hook_failed", { why, refusals, hint });
  }

  #lose(refusals: number): void {
    if (refusals === 0) return;
    this.#lost += refusals;
    this.#listener.count("lost", refusals);
  }

  #tellLost(): void {
    if (this.#lost === 0) return;
    const hint = "failed list has all refused files";
    this.#listener.log("warn", "refusals_not_told", { refusals: this.#lost, hint });
    this.#lost = 0;
  }
}
