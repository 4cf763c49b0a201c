import { totalmem } from "node:os";

/** More than this the program needs for nothing, however much there is. */
export const mostMemoryBytes = 1 << 30;

/** The memory that the program keeps to where nothing is said: three quarters of what there is for it, at most 1 GB. */
export function usualMemoryBytes(): number {
  return Math.min(mostMemoryBytes, Math.floor(0.75 * memoryThereIs()));
}

/** How much of a budget the objects of one file may take: what goes around it, and other files, need the rest. */
export function objectBytesOf(budgetBytes: number): number {
  return Math.floor(0.3125 * budgetBytes);
}

/** Batches grow beyond the usual until the process has taken this part of its budget: most is what workers have prepared. */
const roomyPart = 1 / 6;

/** Says whether the process has had room all the while for more than the usual batch in its memory. */
export function roomIn(budgetBytes: number): () => boolean {
  // In KiB. What it takes now says little: between two batches most of it is free.
  return () => process.resourceUsage().maxRSS * 1024 < roomyPart * budgetBytes;
}

// --- internal ---

/** Of the machine, or of the cgroup that the program is in. */
function memoryThereIs(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
