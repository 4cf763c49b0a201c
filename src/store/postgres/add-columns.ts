import type { Sql } from "postgres";
import { StoreFault } from "../fault.ts";
import { type Gap, gapFault } from "../gap.ts";
import { codeOf } from "./classify.ts";
import { requireTables } from "./rights.ts";
import { transact } from "./transact.ts";

/**
 * How long the lock on a table, which everybody else who uses the table waits behind, may be waited for;
 * and how long that may take with all partitions.
 */
const lockWaitMs = 1_000;
const statementMs = 3_000;

/** What a lock that is not to be had in time ends with: the wait for one, or for all. */
const heldStates = ["55P03", "57014"];

/**
 * Adds the columns that are missing and may be NULL, a transaction a table, so that no table is held while
 * another is waited for. Returns their names. Throws `StoreFault`: operator where the user may not, transient
 * where a table is in use for longer than its lock is waited for.
 */
export async function addMissing(sql: Sql, gaps: readonly Gap[]): Promise<string[]> {
  const toAdd = gaps.filter(({ statement }) => statement !== undefined);
  if (toAdd.length === 0) return [];
  await requireTables(sql);
  const notOurs = toAdd.filter(({ owner }) => owner !== undefined);
  if (notOurs.length > 0) throw gapFault(notOurs);
  for (const statement of new Set(toAdd.map((gap) => gap.statement ?? ""))) {
    await alter(sql, statement);
  }
  return toAdd.map(({ name }) => name);
}

// --- internal ---

async function alter(sql: Sql, statement: string): Promise<void> {
  try {
    await transact(sql, async (transaction) => {
      await transaction.unsafe(
        `set local lock_timeout = ${lockWaitMs}; set local statement_timeout = ${statementMs}`,
      );
      await transaction.unsafe(statement);
    });
  } catch (cause) {
    const code = codeOf(cause);
    if (!code || !heldStates.includes(code)) throw cause;
    throw new StoreFault(`the table is in use and was not altered: ${statement}`, {
      operation: "add columns",
      class: "transient",
      code,
      hint: `gave up waiting for its lock after ${lockWaitMs / 1_000} to ${statementMs / 1_000} s, so that others do not queue behind it; run it again when no long query or transaction uses the table`,
      cause,
    });
  }
}
