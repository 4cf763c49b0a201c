import { setTimeout } from "node:timers/promises";
import type { StepKind } from "../plan.ts";
import {
  drawOuterFault,
  drawProcessFault,
  type Fault,
  type OuterFault,
  type ProcessFault,
} from "./draw-fault.ts";
import type { Keeper } from "./keeper.ts";
import type { RemoteControl } from "./remote-control.ts";
import type { SoakDatabase } from "./soak-database.ts";

export interface FaultOptions {
  seed: string;
  keeper: Keeper;
  control: RemoteControl;
  database: SoakDatabase;
  onFault(kind: string): void;
  signal: AbortSignal;
}

/** Kills, stops and freezes the service, one after the other, until the signal. */
export async function applyProcessFaults(options: FaultOptions): Promise<void> {
  const { seed, signal, onFault } = options;
  for (let number = 0; !signal.aborted; number++) {
    const fault = drawProcessFault(seed, number);
    await pause(fault.afterMs, signal);
    if (signal.aborted) return;
    onFault(fault.kind);
    await strike(fault, options);
  }
}

/** Lets its surroundings fail, one after the other, until the signal; then all is well again. */
export async function applyOuterFaults(options: FaultOptions): Promise<void> {
  const { seed, signal, database, onFault } = options;
  for (let number = 0; !signal.aborted; number++) {
    const fault = drawOuterFault(seed, number, database.name);
    await pause(fault.afterMs, signal);
    if (signal.aborted) return;
    onFault(fault.kind);
    await disturb(fault, options);
  }
}

// --- internal ---

/** Waits, but not beyond the end. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => {});
}

async function strike(fault: Fault<ProcessFault>, options: FaultOptions): Promise<void> {
  const { keeper, control, signal } = options;
  switch (fault.kind) {
    case "kill":
      return keeper.signal("SIGKILL");
    case "kill at a step":
      control.order(0, {
        ...fault,
        what: "SIGKILL",
        kinds: ["fs", "sqlite", "postgres"],
        failures: 1,
      });
      await pause(fault.lastsMs, signal);
      return control.end(0);
    case "term":
      return keeper.signal("SIGTERM");
    case "term twice":
      keeper.signal("SIGTERM");
      await pause(Math.min(fault.lastsMs, 300), signal);
      return keeper.signal("SIGTERM");
    case "freeze":
      keeper.signal("SIGSTOP");
      await pause(fault.lastsMs, signal);
      return keeper.signal("SIGCONT");
  }
}

async function disturb(fault: Fault<OuterFault>, options: FaultOptions): Promise<void> {
  const { control, database, signal } = options;
  const { proxy, server } = database;
  const last = () => pause(fault.lastsMs, signal);
  const failing = async (kind: StepKind) => {
    control.order(1, { ...fault, what: fault.errno, kinds: [kind] });
    await last();
    control.end(1);
  };
  switch (fault.kind) {
    case "a failing call":
      return failing("fs");
    case "a failing statement":
      return failing("sqlite");
    case "a lost packet":
      return failing("postgres");
    case "a full disk": {
      const what = fault.steps % 2 ? "ENOSPC" : "EDQUOT";
      control.order(1, { what, kinds: ["disk"], steps: 0, failures: 1_000_000 });
      await last();
      return control.end(1);
    }
    case "a held lock": {
      await using _lock = await database.hold();
      return last();
    }
    case "connections cut":
      return proxy?.cut();
    case "a slow network":
      proxy?.set("pass", 2 + (fault.steps % 30));
      break;
    case "a black hole":
      proxy?.set("black-hole");
      break;
    case "connections refused":
      proxy?.set("refuse");
      proxy?.cut();
      break;
    case "a commit lost":
      proxy?.set("cut-at-commit");
      break;
    case "the answer to a commit lost":
      proxy?.set("cut-after-commit");
      break;
    case "the server stopped at once":
      server?.stop("immediate");
      await last();
      return server?.start();
    case "backends ended":
      await database.scene.database.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()",
      );
      return;
  }
  await last();
  proxy?.set("pass");
}
