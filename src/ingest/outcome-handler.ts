import type { ServiceEvents, StageSeconds } from "../events/service-events.ts";
import type { CrashGuard } from "../guard/crash-guard.ts";
import { crashLoop, deathsInWords } from "../guard/crash-loop.ts";
import type { HeldRefusals } from "../outages/held-refusals.ts";
import { isUnread } from "../outages/is-unread.ts";
import type { SpoolFile } from "../spool/spool.ts";
import type { Refusal } from "../submission/refusal.ts";
import type { BatchResult, FaultReport, Outcome } from "../worker/protocol.ts";
import type { FileMover } from "./file-mover.ts";
import type { FileEvent } from "./file-state.ts";
import type { Ledger } from "./ledger.ts";

interface Colleagues {
  readonly ledger: Ledger;
  readonly mover: FileMover;
  readonly held: HeldRefusals;
  readonly crashes: CrashGuard;
  readonly events: ServiceEvents;
}

/**
 * Turns what a worker says of a batch, or that it died, into what becomes of each file: noted in the
 * ledger, told to those who watch, and moved.
 */
export class OutcomeHandler {
  readonly #colleagues: Colleagues;
  /** How many batches, or probes, have gone well. */
  #well = 0;

  constructor(colleagues: Colleagues) {
    this.#colleagues = colleagues;
  }

  /** Notes how a batch ended. */
  onDone(files: readonly SpoolFile[], result: BatchResult): void {
    const { held, mover } = this.#colleagues;
    const seconds = averageSeconds(result, files.length);
    const isAlone = files.length === 1 && result.fault?.class === "transient";
    const wasAnyRead = !result.outcomes.every(isUnread);
    for (const { file, refusal } of held.separate(result)) this.#refuse(file, refusal);
    for (const outcome of result.outcomes) {
      if (outcome.kind === "rows-refused") continue;
      if (outcome.kind !== "kept") this.#onOutcome(outcome, seconds);
      else
        this.#onKept(outcome, isAlone || (isUnread(outcome) && (wasAnyRead || files.length === 1)));
    }
    if (!result.fault) this.#onWell();
    mover.move(files);
  }

  /** Notes that a worker died with files in hand; says whether one of them is known to be to blame. */
  onDeath(files: readonly SpoolFile[], reason: string): boolean {
    const { ledger, held, events, mover } = this.#colleagues;
    for (const file of files) {
      const isSuspected = this.#seeSuspected(file);
      const crash = { kind: "crashed", reason, well: this.#well, isSuspected } as const;
      const { state } = ledger.apply(file.name, crash) ?? {};
      if (state?.kind !== "to-move" || state.move.to !== "failed") continue;
      held.forget(file.name);
      events.onRefused?.(file, state.move.refusal);
    }
    const isKnown = files.some(({ name }) => ledger.get(name)?.state.kind === "to-move");
    mover.move(files);
    return isKnown;
  }

  /** A file lies in the spool; `fresh` when it has just arrived. */
  onFile(file: SpoolFile, fresh: boolean): void {
    const { ledger, crashes, events, mover } = this.#colleagues;
    const deaths = crashes.deathsOf(file);
    const isProven = deaths > 0 && crashes.causesCrashes(file);
    const suspicion = isProven
      ? crashLoop(`the program died ${deaths} times while processing this file`)
      : deaths > 0
        ? "suspected"
        : "none";
    const after = ledger.apply(file.name, { kind: "found", file, fresh, suspicion });
    if (after?.state.kind !== "to-move") return;
    if (isProven) crashes.drop(file);
    if (after.state.move.to === "failed") events.onRefused?.(file, after.state.move.refusal);
    mover.move([file]);
  }

  /** It is time to try a file again. */
  onDue(name: string, alone: boolean): void {
    const { ledger } = this.#colleagues;
    const record = ledger.get(name);
    if (!record) return;
    const isSuspected = this.#seeSuspected(record.file);
    ledger.apply(name, { kind: "due", alone, isSuspected });
  }

  /** A file cannot be looked at or read: it is left where it lies, and told of once. */
  onUnreadable(name: string, fault: FaultReport): void {
    const { ledger, events } = this.#colleagues;
    if (!ledger.get(name)?.history.wasUnreadable) events.onFault?.(fault);
    ledger.apply(name, { kind: "unreadable", name });
  }

  /** A file that was waiting for something is gone. */
  onGone(name: string): void {
    const { ledger, held, crashes } = this.#colleagues;
    const record = ledger.get(name);
    ledger.apply(name, { kind: "gone" });
    if (!record || ledger.get(name)) return;
    crashes.drop(record.file);
    held.forget(name);
  }

  #onOutcome(
    outcome: Exclude<Outcome, { kind: "kept" | "rows-refused" }>,
    seconds: StageSeconds,
  ): void {
    const { ledger, events, held } = this.#colleagues;
    const { file } = outcome;
    if (outcome.kind === "refused") {
      this.#refuse(file, outcome.refusal);
      return;
    }
    ledger.apply(file.name, outcome);
    if (outcome.kind === "vanished") held.forget(file.name);
    if (outcome.kind !== "ingested") return;
    held.onIngested(file.name);
    events.onIngested?.(file, { ...outcome, seconds });
  }

  #onKept({ file, fault }: Extract<Outcome, { kind: "kept" }>, byItself: boolean): void {
    if (fault?.class === "operator") {
      this.onUnreadable(file.name, fault);
      return;
    }
    const isSuspected = this.#seeSuspected(file);
    const event: FileEvent = byItself ? { kind: "failed" } : { kind: "given-back", isSuspected };
    this.#colleagues.ledger.apply(file.name, event);
  }

  #refuse(file: SpoolFile, refusal: Refusal): void {
    const { ledger, held, events } = this.#colleagues;
    const mayGrow = refusal.reason === "cut-off" || refusal.reason === "empty";
    const after = ledger.apply(file.name, { kind: "refused", file, refusal, mayGrow });
    if (after?.state.kind === "growing") events.onGrowing?.(file);
    else {
      held.forget(file.name);
      events.onRefused?.(file, refusal);
    }
  }

  /** A batch or a probe has gone well: workers live without the files in quarantine. */
  #onWell(): void {
    this.#well++;
    const { ledger, mover } = this.#colleagues;
    const proven = [...ledger.in("quarantined").values()];
    for (const { file, state } of proven) {
      if (state.kind === "quarantined") this.#refuse(file, crashLoop(deathsInWords(state.reason)));
    }
    mover.move(proven.map(({ file }) => file));
  }

  /** Whether a file that was handed out in vain was in hand at an end of the program: then it waits for all others. */
  #seeSuspected(file: SpoolFile): boolean {
    const { crashes } = this.#colleagues;
    const isSuspected = crashes.deathsOf(file) > 0;
    if (isSuspected) crashes.noteFailure(file);
    return isSuspected;
  }
}

// --- internal ---

/** What each stage took for one file of a batch, on average. */
function averageSeconds({ timesMs }: BatchResult, files: number): StageSeconds {
  const average = (...ms: (number | undefined)[]) =>
    ms.reduce<number>((sum, one) => sum + (one ?? 0), 0) / 1000 / files;
  return {
    wait: average(timesMs.wait),
    prepare: average(timesMs.read, timesMs.prepare, timesMs.upload),
    write: average(timesMs.write),
  };
}
