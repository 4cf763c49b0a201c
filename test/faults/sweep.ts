import { expect } from "bun:test";
import { cpSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { brief } from "../e2e/run-ingester.ts";
import { brokenAtEnd, brokenNow, outcomeOf } from "./invariants.ts";
import type { Plan } from "./plan.ts";
import type { Scene, SomePlan } from "./scene.ts";
import { bad, withFormer } from "./sweep-inputs.ts";

/** Whether every step is tried, not a sample of them. */
export const isFull = process.env.FAULTS === "full";
/** How many steps a sample tries, unless said otherwise. */
const defaultSample = 4;

interface Sweep {
  workers: number;
  /** One after the other, from step to step. */
  what: readonly NonNullable<Plan["what"]>[];
  only?: NonNullable<Plan["only"]>;
  sticky?: boolean;
  sample?: number;
  /** Further words for the program. */
  words?: readonly string[];
  /** Where `archive/` leads to, on another file system; absent: nowhere. */
  archive?: string;
}

/** What a sweep came to. */
export interface Swept {
  /** Steps of a run without a fault, and how many were tried. */
  steps: number;
  runs: number;
  seconds: number;
}

/** Says what a sweep came to, in every run of the tests. */
export function tell(title: string, { steps, runs, seconds }: Swept): void {
  const share = isFull ? "every one tried" : "a sample";
  console.log(`${title}: ${steps} steps, ${runs} runs (${share}), ${Math.round(seconds)} s`);
}

/**
 * Lets the N-th step fail, N = 1, 2, 3 …, until a run passes without having met the fault; after each,
 * what must hold is checked, the program is started again without faults, and files and rows must be
 * those of a run that never met any.
 */
export async function sweep(scene: Scene, options: Sweep): Promise<Swept> {
  const { workers, what, sample = defaultSample, words: more = [], archive, ...fault } = options;
  const startedMs = performance.now();
  // A connection found dead at the very write of copied rows is given up when this time is over.
  const limits = { maxFiles: 2, emptyMs: 1, patienceMs: 300, statementTimeoutMs: 3_000 };
  const plan: SomePlan = { limits, env: brief, ...(fault.only ? { only: fault.only } : {}) };
  const words = ["--once", "--max-workers", String(workers), ...more];
  const inputs = new Map(withFormer);
  const isCopied = archive !== undefined || more.includes("--compress-archive");
  const arrange = async () => {
    await scene.reset(inputs);
    if (archive) moveAway(join(scene.spool, "archive"), archive);
  };

  await arrange();
  const clean = await scene.run(plan, ...words);
  expect(clean.exitCode).toBe(1);
  const wanted = await outcomeOf(scene);
  expect(wanted.files).toHaveLength(inputs.size);

  const failures: string[] = [];
  // Odd, so that a sample meets different faults.
  let stride = isFull ? 1 : Math.floor(clean.steps / sample) | 1;
  let [runs, met, lastMet] = [0, 0, 0];
  for (let at = isFull ? 1 : Math.ceil(stride / 2); ; ) {
    await arrange();
    const run = await scene.run(
      { ...plan, ...fault, at, what: what[at % what.length] ?? "SIGKILL" },
      ...words,
    );
    runs++;
    const hasMet = run.steps >= at;
    const broken = await brokenNow(scene, inputs, bad, { isCopied });
    if (
      /\bTypeError\b|\bReferenceError\b|unexpected error|"worker_died".*injected|Bun v1/.test(
        run.stderr,
      )
    )
      broken.push("the program broke");
    const isKill = what[at % what.length] === "SIGKILL";
    if (run.exitCode > 128 && !isKill) broken.push("the program hung or crashed");
    const again = hasMet ? await scene.run(plan, ...words) : run;
    broken.push(...(await brokenAtEnd(scene, wanted)));
    if (hasMet && ![0, 1].includes(again.exitCode)) broken.push(`then exit ${again.exitCode}`);
    if (broken.length > 0) {
      const after = `${run.stderr.slice(-1_500)}\nthen:\n${again.stderr.slice(-1_500)}`;
      failures.push(
        `step ${at} (${what[at % what.length]}): ${broken.join("\n")}\nexit ${run.exitCode}: ${after}`,
      );
      if (failures.length >= 5) break;
    }
    if (hasMet) {
      met++;
      lastMet = at;
    } else {
      if (isFull || met >= sample || stride < 3) break;
      // Workers that do not meet in the database take fewer steps: the rest of the sample is sooner.
      stride = (stride >> 1) | 1;
    }
    at = lastMet + stride;
  }
  expect(failures.join("\n\n")).toBe("");
  return { steps: clean.steps, runs, seconds: (performance.now() - startedMs) / 1_000 };
}

// --- internal ---

/** Puts a link in the place of a folder, to where what is in it lies now. */
function moveAway(folder: string, target: string): void {
  rmSync(target, { recursive: true, force: true });
  cpSync(folder, target, { recursive: true });
  rmSync(folder, { recursive: true });
  symlinkSync(target, folder);
}
