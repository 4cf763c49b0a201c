import type { Sql } from "postgres";
import type { Row } from "../../rows/row.ts";
import type { Table } from "../../rows/table.ts";
import { builds, checkouts, pendingTest, tests } from "../../rows/tables.ts";
import { fillable } from "../conflict-clause.ts";
import {
  anyPending,
  bearsOnPending,
  bringBack,
  distinct,
  takeAllBack,
  takeBack,
  undatedBuilds,
} from "../withhold.ts";
import { type Asker, arrayText, ask } from "./ask.ts";
import { mayTakeBack } from "./rights.ts";
import type { SortedRows } from "./sort-out.ts";
import { dialect } from "./sql.ts";
import { transact } from "./transact.ts";

/** What a table held of rows that are written, or on their way. */
export interface WrittenRows extends Pick<SortedRows, "stored" | "fresh"> {
  /** Another session was faster with some key of the fresh ones. */
  readonly isRaced: boolean;
}

type RowsByTable = ReadonlyMap<Table, readonly Row[]>;
type WrittenByTable = ReadonlyMap<Table, WrittenRows>;

/**
 * Any two numbers. Two transactions at once do not see what the other writes, so one of them must wait
 * until the other has committed, and look then. Both locks are taken when the main tables are written and
 * before a derived one is touched, so that whoever waits holds nothing that the other still needs; the
 * first before the second.
 */
const locks = {
  /** Alone: whoever stores a checkout without a start time, or gives one its start time. All others together. */
  dates: 5_030_002,
  /** Alone: whoever stores a build of an undated checkout. Together: who writes tests while there is one. */
  builds: 5_030_003,
};

/** The greatest start time, and NULL counts as the greatest: the index of `start_time` has it at its end. */
export const anyUndated =
  "select start_time is null as found from checkouts order by start_time desc limit 1";

/**
 * Settles inside a transaction, with the main tables written or their rows on the way to the server, which tests have a row in `pending_test`: takes
 * back those that must wait from now on, brings back those whose wait is over, and returns the rows that may
 * be written.
 */
export async function withhold(
  transaction: Asker,
  rows: RowsByTable,
  written: WrittenByTable,
): Promise<readonly Row[]> {
  const pending = await asStored(transaction, rows.get(pendingTest) ?? [], written.get(tests));
  if (!bearsOnPending(rows)) return pending;
  const { undated, dated } = changesOf(rows.get(checkouts) ?? [], written.get(checkouts));
  const isAlone = undated.length > 0 || dated.length > 0;
  const answers = await transaction.unsafe(`${lock(locks.dates, isAlone)}; ${anyUndated}`);
  const [last] = answers[1] as unknown as { found: boolean }[];
  if (!last?.found && dated.length === 0) return pending;

  const undatedAmong = async (ids: readonly string[], ofCheckouts: readonly string[]) => {
    if (ids.length === 0 && ofCheckouts.length === 0) return [];
    const lists = [arrayText(ids), arrayText(ofCheckouts)];
    const found = await ask<{ id: string }>(transaction, undatedBuilds(dialect), lists);
    return found.map(({ id }) => id);
  };
  const newBuilds = distinct(builds, written.get(builds)?.fresh ?? [], "id");
  const hidden = await undatedAmong(newBuilds, undated);
  // Who has the first lock alone needs no second.
  if (!isAlone) await transaction.unsafe(lock(locks.builds, hidden.length > 0));
  if (hidden.length > 0 && (await isAnyPending(transaction, hidden))) {
    await ask(transaction, takeBack(dialect), [arrayText(hidden)]);
  }
  if (dated.length > 0) await ask(transaction, bringBack(dialect), [arrayText(dated)]);
  const waiting = new Set(await undatedAmong(distinct(pendingTest, pending, "build_id"), []));
  const build = pendingTest.at("build_id");
  return waiting.size > 0 ? pending.filter((row) => !waiting.has(row[build] as string)) : pending;
}

/** Takes back all that must wait, in a transaction that begins with `prelude`; returns how many. */
export async function withholdStored(sql: Sql, prelude: string): Promise<number> {
  const [last] = await sql.unsafe<{ found: boolean; may: boolean }[]>(
    `select found, ${mayTakeBack} as may from (${anyUndated}) as last`,
  );
  // Who may not delete is told so by a warning.
  if (!last?.found || !last.may) return 0;
  return transact(sql, async (transaction) => {
    await transaction.unsafe(`${prelude}; ${lock(locks.dates, true)}`);
    return (await transaction.unsafe(takeAllBack)).count;
  });
}

// --- internal ---

/** Mostly there is none, and then no right to delete is needed. */
async function isAnyPending(transaction: Asker, ofBuilds: readonly string[]): Promise<boolean> {
  const [row] = await ask(transaction, anyPending(dialect), [arrayText(ofBuilds)]);
  return row !== undefined;
}

function lock(number: number, isAlone: boolean): string {
  return `select pg_advisory_xact_lock${isAlone ? "" : "_shared"}(${number}::bigint)`;
}

/**
 * The checkouts that are undated since this transaction, and those that are not any more. Where another
 * session was faster some are named in vain.
 */
function changesOf(
  rows: readonly Row[],
  written: WrittenRows | undefined,
): { undated: string[]; dated: string[] } {
  if (!written) return { undated: [], dated: [] };
  const [id, start] = [checkouts.at("id"), checkouts.at("start_time")];
  const weight = fillable(checkouts).findIndex(({ name }) => name === "start_time");
  const idsOf = (list: readonly Row[]) => list.map((row) => row[id] as string);
  const filled = rows.filter((row) => {
    if (row[start] === null) return false;
    const stored = written.stored.get(row[id] as string);
    return stored ? stored.weights[weight] === "0" : written.isRaced;
  });
  return {
    undated: idsOf(written.fresh.filter((row) => row[start] === null)),
    dated: idsOf(filled),
  };
}

/**
 * The rows with the build that `tests` has for each: where two submissions name different ones, it is the
 * stored build through which a row is found again.
 */
async function asStored(
  transaction: Asker,
  rows: readonly Row[],
  written: WrittenRows | undefined,
): Promise<readonly Row[]> {
  if (!written || (written.stored.size === 0 && !written.isRaced)) return rows;
  const buildOf = new Map([...written.stored].map(([id, row]) => [id, row.build_id as string]));
  if (written.isRaced) {
    const found = await ask<{ id: string; build_id: string }>(
      transaction,
      `select id, build_id from tests where id ${dialect.among(1)}`,
      [arrayText(distinct(tests, written.fresh, "id"))],
    );
    for (const row of found) buildOf.set(row.id, row.build_id);
  }
  const [test, build] = [pendingTest.at("test_id"), pendingTest.at("build_id")];
  return rows.map((row) => {
    const stored = buildOf.get(row[test] as string);
    return stored === undefined || stored === row[build] ? row : row.with(build, stored);
  });
}
