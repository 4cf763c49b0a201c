import { Fault, type FaultDetails } from "../base/fault.ts";

/**
 * Whose matter a refusal of rows is, as far as the database's own words tell:
 * - `server`: never the rows': the database is set up so that it cannot take them;
 * - `limits`: the rows', unless its columns and indexes hold less than ours do;
 * - `rule`: of a rule that its owner has added, which may be about these rows or about all.
 */
export type Blame = "server" | "limits" | "rule";

/** A refusal of certain rows: the database is well, and may take others. */
export interface RowRefusal {
  /** Equal for refusals for the same reason: the code, and the table, constraint or column. */
  readonly key: string;
  /** The table that it was about; empty where nobody knows. */
  readonly table: string;
  readonly blame: Blame;
}

/** What a store throws: a failure with the class that decides what happens to the files in hand. */
export class StoreFault extends Fault {
  override readonly name = "StoreFault";
  /** Present where the database refused the rows themselves. */
  readonly rows: RowRefusal | undefined;

  constructor(message: string, details: FaultDetails & { rows?: RowRefusal | undefined }) {
    super(message, details);
    this.rows = details.rows;
  }
}
