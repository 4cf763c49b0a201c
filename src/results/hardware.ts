import { tests } from "../rows/tables.ts";
import type { Reader } from "../store/reader.ts";
import { allOf, sql } from "../store/statement.ts";
import { column, type FieldsOf, type ReadField, select } from "./field.ts";
import { conditionsOf, type Filter } from "./filter.ts";
import { platformField } from "./runs.ts";
import { addStatus, emptyCount, type StatusCount } from "./tally.ts";
import { isOfKind } from "./words.ts";

/** A platform, and what ran on it. */
export interface Hardware {
  /** Null: tests that do not say where they ran. */
  platform: string | null;
  origins: string[];
  boots: StatusCount;
  tests: StatusCount;
  /** How many builds ran on it, of those that have arrived. */
  builds: number;
  last_seen: string | null;
}

interface Group {
  platform: string | null;
  origin: string;
  is_boot: boolean;
  status: string | null;
  n: number;
  last_seen: string | null;
}

/** The platforms that tests chosen by a filter ran on; those seen last come first. */
export async function readHardware(db: Reader, filter: Filter): Promise<Hardware[]> {
  const where = allOf(conditionsOf(filter, "tests", db.dialect));
  const source = sql`from tests t left join builds b on b.id = t.build_id
    left join checkouts c on c.id = b.checkout_id where ${where}`;
  const groups = await select<Group>(db, groupFields, sql`${source} group by 1, 2, 3, 4`);
  const built = await select<{ platform: string | null; n: number }>(
    db,
    { platform: platformField, n: distinctBuilds },
    sql`${source} group by 1`,
  );
  const counts = new Map(built.map(({ platform, n }) => [platform, n]));
  const found = [...Map.groupBy(groups, ({ platform }) => platform)].map(([platform, rows]) =>
    sumUp(platform, rows, counts.get(platform) ?? 0),
  );
  return found.sort(
    (a, b) =>
      -compare(a.last_seen ?? "", b.last_seen ?? "") || compare(a.platform ?? "", b.platform ?? ""),
  );
}

// --- internal ---

const distinctBuilds: ReadField = { type: "bigint", expression: () => "count(distinct b.id)" };
const groupFields: FieldsOf<Group> = {
  platform: platformField,
  origin: column("t", tests, "origin"),
  is_boot: { type: "boolean", expression: () => isOfKind("boot").pieces.join("") },
  status: column("t", tests, "status"),
  n: { type: "bigint", expression: () => "count(*)" },
  last_seen: { type: "timestamp", expression: () => "max(t.start_time)" },
};

function sumUp(platform: string | null, rows: readonly Group[], n: number): Hardware {
  const hardware: Hardware = {
    platform,
    origins: [...new Set(rows.map(({ origin }) => origin))].sort(),
    boots: emptyCount(),
    tests: emptyCount(),
    builds: n,
    last_seen: null,
  };
  for (const { is_boot, status, n: count, last_seen } of rows) {
    addStatus(hardware[is_boot ? "boots" : "tests"], status, count);
    if ((last_seen ?? "") > (hardware.last_seen ?? "")) hardware.last_seen = last_seen;
  }
  return hardware;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
