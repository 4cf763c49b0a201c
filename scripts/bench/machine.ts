import { cpus, freemem, loadavg, totalmem } from "node:os";
import { sleep } from "bun";

/** With more of its processors' time taken by others, figures of a machine say little. */
const maxBusy = 0.1;

/** What a machine is and does before a measurement begins. */
export interface Machine {
  /** For people: processors, memory and load. */
  readonly about: string;
  /** Why its figures are not to be trusted. */
  readonly warning?: string;
}

/** Looks at the machine for a second. */
export async function lookAtMachine(): Promise<Machine> {
  const cores = cpus();
  const before = takenMs();
  await sleep(1_000);
  const after = takenMs();
  const busy = (after.busy - before.busy) / (after.all - before.all || 1);
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  const about = [
    `${cores.length} × ${cores[0]?.model ?? "CPU"}`,
    `${gigabytes(freemem())} of ${gigabytes(totalmem())} free`,
    `load ${loadavg()[0]?.toFixed(2)}`,
    `${Math.round(busy * 100)} % busy`,
  ].join(", ");
  if (busy <= maxBusy) return { about };
  const warning = `other programs take ${Math.round(busy * 100)} % of the processors: wait until they end, or distrust the figures`;
  return { about, warning };
}

// --- internal ---

/** What all processors have spent since the machine started. */
function takenMs(): { busy: number; all: number } {
  let [busy, all] = [0, 0];
  for (const { times } of cpus()) {
    const sum = Object.values(times).reduce((a, b) => a + b, 0);
    all += sum;
    busy += sum - times.idle;
  }
  return { busy, all };
}
