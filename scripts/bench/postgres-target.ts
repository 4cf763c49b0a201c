import { once } from "node:events";
import type { Writable } from "node:stream";
import postgres, { type Sql } from "postgres";
import type { Table } from "../../src/rows/table.ts";
import { tables } from "../../src/rows/tables.ts";
import { postgres as kind } from "../../src/store/postgres/kind.ts";
import { startPostgres } from "../../test/postgres-server.ts";
import type { BenchDatabase, FinishedRows, Target } from "./target.ts";

const chunkBytes = 1 << 18;
const timeouts = { connectTimeoutMs: 10_000, statementTimeoutMs: 120_000 };
/** What a server of our own is given: memory and log as on a small production server, all that makes it safe left on. */
const settings = {
  shared_buffers: "256MB",
  max_wal_size: "4GB",
  checkpoint_timeout: "30min",
  autovacuum: "off",
};

/** What a report says of the server, whoever has set it. */
const toldSettings = ["fsync", "synchronous_commit", "full_page_writes", ...Object.keys(settings)];

/** The server of `TEST_DATABASE_URL`, or a throw-away one. */
export async function postgresTarget(): Promise<Target> {
  const given = process.env.TEST_DATABASE_URL;
  const server = given ? undefined : startPostgres(settings);
  process.on("exit", () => server?.[Symbol.dispose]());
  const base = given ?? server?.url ?? "";
  const admin = connect(base);
  const [facts] = await admin`select current_setting('server_version') as version,
    (select 'lz4' = any(enumvals) from pg_settings where name = 'default_toast_compression') as lz4`;
  const told = await admin`select name, current_setting(name) as value from pg_settings
    where name in ${admin(toldSettings)} order by name`;
  const compression = facts?.lz4 ? "lz4" : "pglz";
  let count = 0;
  return {
    name: "Postgres",
    about: [
      `Postgres ${facts?.version}, ${compression}`,
      ...told.map(({ name, value }) => `${name} ${value}`),
    ].join(", "),
    async create(from) {
      const name = `kci_bench_${process.pid}_${++count}`;
      const url = new URL(base);
      url.pathname = `/${name}`;
      if (from) {
        const template = new URL(from.url).pathname.slice(1);
        await admin.unsafe(`create database ${name} template ${template} strategy file_copy`);
      } else {
        await admin.unsafe(`create database ${name}`);
        await using store = await kind.open(url.href, timeouts);
        await store.migrate();
      }
      return new Postgres(url.href, admin, name, compression);
    },
    async [Symbol.asyncDispose]() {
      await admin.end({ timeout: 1 });
      server?.[Symbol.dispose]();
    },
  };
}

// --- internal ---

function connect(url: string): Sql {
  return postgres(url, { max: 1, fetch_types: false, onnotice: () => {} });
}

class Postgres implements BenchDatabase {
  readonly url: string;
  readonly #admin: Sql;
  readonly #name: string;
  readonly #compression: string;
  readonly #sql: Sql;

  constructor(url: string, admin: Sql, name: string, compression: string) {
    this.url = url;
    this.#admin = admin;
    this.#name = name;
    this.#compression = compression;
    this.#sql = connect(url);
  }

  /** As COPY takes them. By a query: the driver may never send the end of a COPY that it had to hold back. */
  async takeRows(): Promise<FinishedRows> {
    const rows = new Map<string, Buffer>();
    for (const table of tables) {
      const texts = table.written.map(({ name }) => `${name}::text`).join(", ");
      const list = await this.#sql.unsafe(`select ${texts} from ${table.name}`).values();
      const lines = list.map((row) => `${row.map(asCopyText).join("\t")}\n`);
      rows.set(table.name, Buffer.from(lines.join("")));
    }
    return { tables: rows, [Symbol.dispose]: () => rows.clear() };
  }

  /** COPY in text format, as `psql \copy` does it, on one connection and in our session's settings. */
  async writeFinished(rows: FinishedRows): Promise<number> {
    await this.#sql`select 1`;
    const startMs = performance.now();
    await this.#sql.begin(async (transaction) => {
      await transaction.unsafe(`set local default_toast_compression = '${this.#compression}'`);
      for (const table of tables) {
        const text = rows.tables.get(table.name) as Buffer;
        const into: Writable = await transaction
          .unsafe(`copy ${table.name} (${columns(table)}) from stdin`)
          .writable();
        for (let at = 0; at < text.length; at += chunkBytes) {
          if (!into.write(text.subarray(at, at + chunkBytes))) await once(into, "drain");
        }
        into.end();
        await once(into, "finish");
      }
    });
    return performance.now() - startMs;
  }

  async hasTest(id: string): Promise<boolean> {
    return (await this.#sql`select 1 from tests where id = ${id}`).length > 0;
  }

  async countRows(): Promise<number> {
    const counts = tables.map((table) => `(select count(*) from ${table.name})`);
    const [row] = await this.#sql.unsafe(`select (${counts.join(" + ")})::float8 as count`);
    return Number(row?.count);
  }

  async settle(): Promise<void> {
    // Who may not ask for a checkpoint measures with a little more noise.
    await this.#admin`checkpoint`.catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sql.end({ timeout: 1 });
    await this.#admin.unsafe(`drop database if exists ${this.#name} with (force)`);
  }
}

const escapes: Readonly<Record<string, string>> = {
  ...{ "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" },
};

function asCopyText(value: string | null): string {
  return value === null ? "\\N" : value.replace(/[\\\t\n\r]/g, (one) => escapes[one] ?? one);
}

function columns(table: Table): string {
  return table.written.map((column) => column.name).join(", ");
}
