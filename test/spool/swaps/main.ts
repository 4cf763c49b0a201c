import { SpoolFault } from "../../../src/spool/fault.ts";
import { stepHook } from "../../faults/plan.ts";
import { acts } from "./acts.ts";
import { drain } from "./drain.ts";
import { modes, SwapScene } from "./scene.ts";

/**
 * A program of its own, with `inject.ts` loaded before it: in each mode it lets each act of another
 * program come before each step of a file's way, and prints how many cases there were and what was
 * broken. Each act comes once alone, and once with a kill right after it; where the name is free or taken;
 * with renameat2(2) and without. The one argument is how many steps there are from one that is tried to the next.
 */

/** What a process that was killed meets at each further step. */
class Killed extends Error {}

const broken: string[] = [];
const cases: Record<string, number> = {};

const variants = [""];
for (const more of [", its name taken", ", killed", ", no renameat2"]) {
  for (const one of [...variants]) variants.push(one + more);
}
/** Every step is tried, or every N-th, beginning with another one from case to case. */
const stride = Number(process.argv[2] ?? 1);
let start = 0;

for (const mode of modes) {
  cases[mode] = 0;
  for (const act of Object.keys(acts)) {
    for (const variant of variants) {
      stepHook.hasNoRenameNew = variant.includes("no renameat2");
      for (let at = 1 + (start++ % stride); ; at += stride) {
        using scene = new SwapScene(mode, variant.includes("taken"));
        const step = run(scene, act, at, variant.includes("killed"));
        const where = `${mode}: ${act}${variant}, at step ${at} (${step})`;
        broken.push(...scene.broken.map((one) => `${where}: ${one}`));
        if (step === undefined) break;
        cases[mode]++;
      }
    }
  }
}
console.log(JSON.stringify({ cases, broken }));

// --- internal ---

/** Lets the act come before step `at`; returns the name of that step, undefined where it did not come. */
function run(scene: SwapScene, act: string, at: number, isKilled: boolean): string | undefined {
  let count = 0;
  let met: string | undefined;
  stepHook.call = (name) => {
    if (met !== undefined) {
      // The system closes what a killed process had open.
      if (isKilled && !name.startsWith("closeSync")) throw new Killed();
      return;
    }
    if (++count < at) return;
    met = name;
    const hook = stepHook.call;
    stepHook.call = undefined;
    scene.before();
    acts[act]?.(scene);
    stepHook.call = hook;
    if (isKilled) throw new Killed();
  };
  try {
    scene.begin();
    drain(scene);
  } catch (cause) {
    // A service that cannot start says why; the operator mends that.
    const isTold = cause instanceof SpoolFault;
    if (!isTold && !isKilled) scene.broken.push(String(cause));
  } finally {
    stepHook.call = undefined;
  }
  scene.mend();
  try {
    drain(scene);
  } catch (cause) {
    scene.broken.push(`after all: ${cause}`);
  }
  // One that was killed may leave a part; it is dust, and the next file of that name takes it.
  scene.check(isKilled);
  return met;
}
