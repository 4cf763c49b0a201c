import { createRequire } from "node:module";
import {
  type Errno,
  type Plan,
  planVariable,
  remote,
  type StepKind,
  stepHook,
  stepKinds,
  strikes,
} from "./plan.ts";

/** The plan by which this program's steps fail. */
export const plan = JSON.parse(process.env[planVariable] ?? "{}") as Plan;

const require = createRequire(import.meta.url);
// Taken before it is wrapped itself.
const { appendFileSync } = require("node:fs") as typeof import("node:fs");
const counter = plan.counter
  ? new Int32Array(Bun.mmap(plan.counter, { shared: true }).buffer)
  : new Int32Array(2);
const remoteCells = plan.remote
  ? new Int32Array(Bun.mmap(plan.remote, { shared: true }).buffer)
  : undefined;

/** Counts a step; `fail` makes the failure of its kind. */
export function step(kind: StepKind, name: string, fail: (errno: Errno) => void): void {
  stepHook.call?.(name);
  if (plan.only && plan.only !== kind) return;
  const number = Atomics.add(counter, 0, 1) + 1;
  if (plan.trace) {
    const thread = Bun.isMainThread ? "main" : "worker";
    appendFileSync(plan.trace, `${number} ${thread} ${kind} ${name}\n`);
  }
  const isDue =
    (plan.at !== undefined && (plan.sticky ? number >= plan.at : number === plan.at)) ||
    isFirstOf(name);
  const what = (isDue && plan.what) || remoteStrike(kind, name);
  if (!what) return;
  if (what !== "SIGKILL" && what !== "SIGSTOP") {
    fail(what);
    return;
  }
  process.kill(process.pid, what);
  // The signal may reach another thread first; this one goes no further.
  if (what === "SIGKILL") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** Fails as a call of the system does. */
export function throwErrno(errno: Errno | "EPERM", syscall: string): never {
  throw Object.assign(new Error(`${errno}: injected, ${syscall}`), { code: errno, syscall });
}

// --- internal ---

let hasMetName = false;
let isAfterName = false;

function isFirstOf(name: string): boolean {
  const isNext = isAfterName;
  isAfterName = false;
  if (hasMetName) return isNext;
  const isAt = name === plan.atName;
  isAfterName = name === plan.afterName;
  hasMetName = isAt || isAfterName;
  return isAt;
}

const needsRoom = /^(?:write|rename|copyFile|mkdir|fsync|run |get insert|before commit)/;

/** What the test wants to happen at this step. */
function remoteStrike(kind: StepKind, name: string): "SIGKILL" | Errno | undefined {
  if (!remoteCells) return undefined;
  const bits = stepKinds[kind] | (needsRoom.test(name) ? stepKinds.disk : 0);
  for (const at of [0, remote.cells]) {
    const what = strikes[Atomics.load(remoteCells, at + remote.what)];
    const kinds = Atomics.load(remoteCells, at + remote.kinds);
    if (!what || what === "none" || !(kinds & bits)) continue;
    if (Atomics.sub(remoteCells, at + remote.countdown, 1) > 0) continue;
    if (Atomics.sub(remoteCells, at + remote.left, 1) <= 0) continue;
    Atomics.add(remoteCells, at + remote.hits, 1);
    return what;
  }
  return undefined;
}
