import { Database } from "bun:sqlite";
import postgres, { type Sql } from "postgres";
import { storeKind } from "../../src/store/store-kind.ts";
import { endMs, type FillDialect, type FillTarget, fillResults, sizeFor } from "./fill-results.ts";

/** Fills the database of a URL with what a few labs send in two weeks, unless it has rows already. */
export async function fill(url: string, tests: number): Promise<void> {
  const tell = (text: string) => console.error(text);
  await fillWith(url, (target) => fillResults(target, sizeFor(tests), tell));
}

/** Fills the database of a URL by statements, unless it has tests already. */
export async function fillWith(url: string, write: Write): Promise<void> {
  await (url.startsWith("sqlite:") ? fillSqlite : fillPostgres)(url, write);
}

// --- internal ---

type Write = (target: FillTarget) => Promise<void>;

async function makeTables(url: string): Promise<void> {
  const options = { connectTimeoutMs: 5_000, statementTimeoutMs: 60_000 };
  await using store = await storeKind(url).open(url, options);
  await store.migrate();
}

const endSeconds = endMs / 1_000;

const sqliteDialect: FillDialect = {
  numbers: (from, count) =>
    `(with recursive n(i) as (select ${from} union all select i + 1 from n where i + 1 < ${from + count}) select i from n)`,
  before: (seconds) =>
    `strftime('%Y-%m-%dT%H:%M:%S', ${endSeconds} - (${seconds}), 'unixepoch') || '.000000Z'`,
  hash: (number) => `printf('%08x%032x', ${number} * 2654435761 % 4294967296, ${number})`,
  hex: (number) => `printf('%010x', ${number})`,
  object: (...pairs) => `json_object(${pairs.join(", ")})`,
  list: (text) => `json_array(${text})`,
  truth: (condition) => `(${condition})`,
};

const postgresDialect: FillDialect = {
  numbers: (from, count) => `generate_series(${from}::bigint, ${from + count - 1}) as n(i)`,
  before: (seconds) => `to_timestamp(${endSeconds} - (${seconds}))`,
  hash: (number) => `substr(md5((${number})::text) || md5((${number})::text), 1, 40)`,
  hex: (number) => `lpad(to_hex(${number}), 10, '0')`,
  object: (...pairs) => `jsonb_build_object(${pairs.join(", ")})`,
  list: (text) => `array[${text}]`,
  truth: (condition) => `(${condition})`,
};

async function fillSqlite(url: string, write: Write): Promise<void> {
  const path = url.slice("sqlite:".length);
  await makeTables(url);
  using db = new Database(path, { strict: true });
  if (db.query("select 1 from tests limit 1").get()) return;
  db.run("pragma synchronous = off");
  await write({ run: async (text) => db.run(text), dialect: sqliteDialect });
  db.run("pragma wal_checkpoint(truncate)");
  // As a service would have kept it, that had ingested all this.
  await makeTables(url);
}

/** Its indexes are made after the rows: otherwise it takes most of an hour. */
async function fillPostgres(url: string, write: Write): Promise<void> {
  const sql: Sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await makeTables(url);
    if ((await sql`select 1 from tests limit 1`).length > 0) return;
    const indexes =
      await sql`select i.relname as name, pg_get_indexdef(i.oid) as definition from pg_index x join pg_class i on i.oid = x.indexrelid
      join pg_class t on t.oid = x.indrelid
      where t.relnamespace = 'public'::regnamespace and not x.indisunique and not x.indisprimary`;
    for (const { name } of indexes) await sql.unsafe(`drop index ${name}`);
    await write({ run: (text) => sql.unsafe(text), dialect: postgresDialect });
    for (const { definition } of indexes) await sql.unsafe(definition);
    await sql.unsafe("vacuum (analyze)");
  } finally {
    await sql.end();
  }
}
