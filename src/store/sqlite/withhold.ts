import type { Database } from "bun:sqlite";
import type { Row } from "../../rows/row.ts";
import type { Table } from "../../rows/table.ts";
import { builds, checkouts, pendingTest } from "../../rows/tables.ts";
import {
  bearsOnPending,
  bringBack,
  distinct,
  takeAllBack,
  takeBack,
  undatedBuilds,
} from "../withhold.ts";
import type { Connection } from "./connection.ts";
import { dialect } from "./sql.ts";
import { transact } from "./transact.ts";

/** Its answer is in an index that holds nothing else. */
export const anyUndated = "select 1 from checkouts where start_time is null limit 1";

/**
 * Looks at what is stored, before the main tables are written; the result, called when they are, settles which
 * tests have a row in `pending_test`: takes back those that must wait from now on, brings back those whose wait
 * is over, and says which rows may be written (absent: all). Nobody else writes meanwhile.
 */
export type Withholder = (
  rows: ReadonlyMap<Table, readonly Row[]>,
) => () => ((row: Row) => boolean) | undefined;

/** Takes back all that must wait; returns how many. */
export function withholdStored(db: Database): number {
  if (db.query(anyUndated).get() === null) return 0;
  return transact(db, () => db.run(takeAllBack).changes);
}

/** Prepares its statements. */
export function withholder(connection: Connection): Withholder {
  const prepare = (text: string) => connection.prepare(text);
  const any = prepare(anyUndated);
  const storedOnes = prepare(
    `select id, start_time is null as undated from checkouts where id ${dialect.among(1)}`,
  );
  const undatedOnes = prepare(undatedBuilds(dialect));
  const [takingBack, bringingBack] = [prepare(takeBack(dialect)), prepare(bringBack(dialect))];

  const isAnyUndated = () => any.get() !== null;
  const undatedAmong = (ids: readonly string[], ofCheckouts: readonly string[]) => {
    if (ids.length === 0 && ofCheckouts.length === 0) return [];
    const found = undatedOnes.all(JSON.stringify(ids), JSON.stringify(ofCheckouts));
    return (found as { id: string }[]).map(({ id }) => id);
  };
  /** The checkouts that will be undated, and those that will not be any more. */
  const changesOf = (rows: readonly Row[]) => {
    const [id, start] = [checkouts.at("id"), checkouts.at("start_time")];
    const idsOf = (list: readonly Row[]) => list.map((row) => row[id] as string);
    const without = rows.filter((row) => row[start] === null);
    if (!isAnyUndated()) return { undated: idsOf(without), dated: [] };
    const found = storedOnes.all(JSON.stringify(idsOf(rows))) as { id: string; undated: number }[];
    const stored = new Map(found.map((row) => [row.id, row.undated === 1]));
    return {
      undated: idsOf(without).filter((one) => !stored.has(one)),
      dated: idsOf(rows.filter((row) => row[start] !== null)).filter((one) => stored.get(one)),
    };
  };

  return (rows) => {
    if (!bearsOnPending(rows)) return () => undefined;
    const { undated, dated } = changesOf(rows.get(checkouts) ?? []);
    return () => {
      if (dated.length === 0 && !isAnyUndated()) return undefined;
      const hidden = undatedAmong(distinct(builds, rows.get(builds) ?? [], "id"), undated);
      if (hidden.length > 0) takingBack.run(JSON.stringify(hidden));
      if (dated.length > 0) bringingBack.run(JSON.stringify(dated));
      const pending = distinct(pendingTest, rows.get(pendingTest) ?? [], "build_id");
      const waiting = new Set(undatedAmong(pending, []));
      const build = pendingTest.at("build_id");
      return waiting.size > 0 ? (row) => !waiting.has(row[build] as string) : undefined;
    };
  };
}
