import { availableParallelism } from "node:os";

/**
 * How many workers are worth starting when `most` are allowed: one for every core, but two at least, so
 * that one prepares while the other waits for the database. Further ones would take the cores from
 * the first, and compile the same code once more.
 */
export function usefulWorkers(most: number, cores = availableParallelism()): number {
  return Math.min(most, Math.max(2, cores));
}
