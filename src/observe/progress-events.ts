import type { ServiceEvents } from "../events/service-events.ts";
import { Progress, type ProgressCounts } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Shows on a terminal how far a backlog is worked off; `finish` ends it with a summary. `waiting`
 * says how many files have no fate yet, those of the batch that is being told of left out; `now` is
 * a monotonic clock in milliseconds.
 */
export function progressEvents(
  terminal: Terminal,
  waiting: () => number,
  now?: () => number,
): { events: ServiceEvents; finish(): void } {
  const progress = new Progress(terminal, now);
  const done = { files: 0, rows: 0, bytes: 0, failed: 0 };
  let untold = 0;
  let totalFiles = 0;
  const counts = (): ProgressCounts => {
    const open = waiting() + untold;
    // One that vanishes, or is between two places, does not make the total jump.
    totalFiles = open === 0 ? done.files : Math.max(totalFiles, done.files + open);
    return { ...done, totalFiles };
  };
  const tellOne = () => {
    untold = Math.max(0, untold - 1);
  };
  return {
    events: {
      onBatch: ({ outcomes }) => {
        untold = outcomes.length;
      },
      onUnripe: tellOne,
      onIngested: (file, { rows }) => {
        tellOne();
        done.files++;
        done.rows += rows;
        done.bytes += file.bytes;
        progress.update(counts());
      },
      onRefused: () => {
        tellOne();
        done.files++;
        done.failed++;
        progress.update(counts());
      },
    },
    finish: () => progress.finish(counts()),
  };
}
