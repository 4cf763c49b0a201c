import type { Failure } from "./failures.ts";
import type { BuildRun, PastRun, TestRun } from "./runs.ts";

/** A run with what its history tells. */
export type FailingRun = Pick<Failure<TestRun | BuildRun>, "run" | "since" | "history">;

/** A piece of the sentence that says since when something fails: words, or what a page links to. */
export type SincePart =
  | string
  /** What it waits for, and the id of that. */
  | { readonly kind: "build" | "checkout"; readonly id: string }
  /** The commit of this run itself, of the oldest one since which all fail, or of the last that passed. */
  | { readonly kind: "this" | "oldest" | "passed"; readonly run: PastRun };

/** What a run waits for: its build, or the checkout of its build; undefined where both are there. */
export function missingParent(
  run: TestRun | BuildRun,
): { readonly kind: "build" | "checkout"; readonly id: string } | undefined {
  if ("build_id" in run && run.checkout_id === null) return { kind: "build", id: run.build_id };
  return run.checkout_origin === null ? { kind: "checkout", id: run.checkout_id ?? "" } : undefined;
}

/** Since when something fails, in pieces to be joined; none where it does not fail. */
export function describeSince({ run, since, history }: FailingRun): SincePart[] {
  const missing = missingParent(run);
  if (missing) return ["waits for ", missing];
  if (!since) return [];
  const { failures, lastPassed } = since;
  const runs = `${failures} run${failures === 1 ? "" : "s"}`;
  const passed: SincePart = lastPassed ? { kind: "passed", run: lastPassed } : "";
  switch (since.state) {
    case "new":
      return ["new at ", { kind: "this", run }, ", passed at ", passed];
    case "failing": {
      const oldest: SincePart = { kind: "oldest", run: since.since };
      return [`failing for ${runs}, since `, oldest, ", last passed ", passed];
    }
    case "never passed":
      return [history.isCut ? `did not pass in the last ${runs}` : `never passed in ${runs}`];
    case "first run":
      return ["first run"];
  }
}
