import type { HistoryPoint } from "../history.ts";
import type { Snapshot } from "../state.ts";

/** All that the page is made from. */
export interface View {
  readonly snapshot: Snapshot;
  /** Why the service is not ready; absent when it is. */
  readonly notReady: string | undefined;
  readonly points: readonly HistoryPoint[];
  readonly nowMs: number;
  /** Whether what was ingested is shown on the same port. */
  readonly hasResults?: boolean;
}
