import type { FaultClass } from "../base/fault.ts";
import { tables } from "../rows/tables.ts";
import type { Blame } from "./fault.ts";

/** What a code of a database means for the files in hand. */
export interface Verdict {
  class: FaultClass;
  hint?: string;
  /** Whose matter it is; only of refusals that are about the rows, so that others may go in. */
  blame?: Blame;
}

/** The tables are missing, or not as `migrate` makes them. */
export const notMigrated: Verdict = {
  class: "operator",
  hint: "run: kci-ingester migrate --database URL",
};

/** A foreign key: the tables of `migrate` have none. */
export const foreignKey: Verdict = {
  class: "operator",
  blame: "server",
  hint: "rows may arrive before the rows they refer to: drop the foreign key",
};

/** Whether a column that got no value is one of ours that needs one; else it is not as we know it. */
export function needsValue(table: string | undefined, column: string | undefined): boolean {
  const written = tables.find(({ name }) => name === table)?.written;
  return written?.find(({ name }) => name === column)?.nullable === false;
}
