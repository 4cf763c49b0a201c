import { Fault } from "../base/fault.ts";
import type { FaultReport } from "./protocol.ts";

/** A fault as plain data that crosses threads. What is no `Fault` is a bug, and thrown on. */
export function reportFault(cause: unknown): FaultReport {
  if (!(cause instanceof Fault)) throw cause;
  return {
    boundary: cause.name,
    message: cause.message,
    class: cause.class,
    operation: cause.operation,
    code: cause.code,
    hint: cause.hint,
  };
}
