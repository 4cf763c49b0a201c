import type { ServiceEvents } from "../events/service-events.ts";
import { Progress, type ProgressCounts } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Shows on a terminal how far a backlog is worked off; `finish` ends it with a summary. `waiting`
 * says how many files are not done with yet, without the one that is being told of; `now` is a monotonic clock
 * in milliseconds.
 */
export function progressEvents(
  terminal: Terminal,
  waiting: () => number,
  now?: () => number,
): { events: ServiceEvents; finish(): void } {
  const progress = new Progress(terminal, now);
  const done = { files: 0, rows: 0, bytes: 0, failed: 0 };
  let totalFiles = 0;
  const counts = (): ProgressCounts => {
    const open = waiting();
    // One that vanishes, or is between two places, does not make the total jump.
    totalFiles = open === 0 ? done.files : Math.max(totalFiles, done.files + open);
    return { ...done, totalFiles };
  };
  return {
    events: {
      onIngested: (file, { rows }) => {
        done.files++;
        done.rows += rows;
        done.bytes += file.bytes;
        progress.update(counts());
      },
      onRefused: () => {
        done.files++;
        done.failed++;
        progress.update(counts());
      },
    },
    finish: () => progress.finish(counts()),
  };
}
