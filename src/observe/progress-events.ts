import type { ServiceEvents } from "../ingest/service-events.ts";
import { Progress, type ProgressCounts } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

/** Shows on a terminal how far a backlog is worked off; `finish` ends it with a summary. */
export function progressEvents(
  terminal: Terminal,
  waiting: () => number,
): { events: ServiceEvents; finish(): void } {
  const progress = new Progress(terminal);
  const done = { files: 0, rows: 0, bytes: 0, failed: 0 };
  const counts = (): ProgressCounts => ({ ...done, totalFiles: done.files + waiting() });
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
