import { StorageFault } from "../../src/storage/fault.ts";

/** The fault that `work` ends in; anything else fails the test. */
export async function faultOf(work: Promise<unknown>): Promise<StorageFault> {
  const error = await work.then(
    (value) => new Error(`expected a fault, got ${String(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof StorageFault) return error;
  throw error;
}

/** All that any log could show of a fault, its causes included. */
export function everyWord(fault: StorageFault): string {
  return Bun.inspect(fault, { depth: 20 }) + JSON.stringify(fault) + fault.stack;
}
