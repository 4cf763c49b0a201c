import type { FaultClass } from "../base/fault.ts";
import { ConfigFault } from "../config/fault.ts";
import type { FaultReport } from "../worker/protocol.ts";
import { exitCodes } from "./command.ts";

/** The exit code for a fault that ends a command. */
export function exitCodeOf(fault: { name: FaultReport["boundary"]; class: FaultClass }): number {
  if (fault instanceof ConfigFault && fault.usage) return exitCodes.usage;
  if (fault.name === "SpoolFault" || fault.name === "OutputFault") return exitCodes.cannotCreate;
  return fault.class === "transient" ? exitCodes.unavailable : exitCodes.config;
}
