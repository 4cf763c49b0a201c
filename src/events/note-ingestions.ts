import { noteIngestion } from "../spool/last-ingestion.ts";
import type { ServiceEvents } from "./service-events.ts";

/** Notes in the spool when it was last ingested from, once a batch, for `status`. */
export function noteIngestions(root: string): ServiceEvents {
  return {
    onBatch: ({ outcomes }) => {
      if (outcomes.some(({ kind }) => kind === "ingested")) noteIngestion(root);
    },
  };
}
