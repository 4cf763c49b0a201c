import { join } from "node:path";
import { needs } from "./needs.ts";
import { type PostgresServer, startTestPostgres } from "./postgres-server.ts";
import { databaseUrl, templateVariable } from "./template-database.ts";
import { temporaryFolder } from "./temporary.ts";

/** An empty database of one test, and a way to look into it that is not the code under test. */
export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  /** Whether it was made with its tables. */
  readonly hasTables?: boolean;
  query(text: string): Promise<Record<string, unknown>[]>;
}

export interface TestKind {
  readonly name: "SQLite" | "Postgres";
  /** With the wish it has its tables, where there is a database to copy them from. */
  create(wish?: "tables"): Promise<TestDatabase>;
}

/** Asks Postgres who waits for a lock of this database: others on its server have tests of their own. */
export const waitingForLocks =
  "select 1 from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())";

let server: PostgresServer | undefined;

/** The one that needs no server. */
export const sqlite: TestKind = { name: "SQLite", create: createSqlite };

/** The kinds of database that this run can test on; Postgres may be absent only outside CI. */
export const kinds: readonly TestKind[] = [
  sqlite,
  ...(postgresUrl() ? [{ name: "Postgres" as const, create: createPostgres }] : []),
];

/** The server's URL, where there is a server: the run's, or one that this process starts once. */
export function postgresUrl(): string | undefined {
  if (process.env.TEST_DATABASE_URL) return process.env.TEST_DATABASE_URL;
  if (server) return server.url;
  try {
    server = startTestPostgres();
  } catch (cause) {
    if (process.env.CI === "true") throw cause;
    needs(false, "all tests on Postgres", `a Postgres that runs here (${cause})`);
    return undefined;
  }
  process.env.TEST_DATABASE_URL = server.url;
  return server.url;
}

async function createSqlite(): Promise<TestDatabase> {
  const { Database } = await import("bun:sqlite");
  const folder = temporaryFolder();
  const path = join(folder.path, "test.db");
  return {
    url: `sqlite:${path}`,
    async query(text) {
      using db = new Database(path);
      // The program may be writing.
      db.run("pragma busy_timeout = 20000");
      return db.query(text).all() as Record<string, unknown>[];
    },
    async [Symbol.asyncDispose]() {
      folder[Symbol.dispose]();
    },
  };
}

async function createPostgres(wish?: "tables"): Promise<TestDatabase> {
  const base = postgresUrl();
  if (!base) throw new Error("no Postgres");
  const template = wish && process.env[templateVariable];
  const name = `kci_${process.pid}_${Bun.randomUUIDv7().replaceAll("-", "")}`;
  // It takes long to load, and many files only look at SQLite.
  const { default: postgres } = await import("postgres");
  const admin = postgres(base, { max: 1, onnotice: () => {} });
  // To copy the files of the template costs half of what to log its pages does.
  await admin.unsafe(
    `create database ${name} template ${template || "template1"} strategy file_copy`,
  );
  const url = databaseUrl(base, name);
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  return {
    url,
    hasTables: Boolean(template),
    query: (text) => sql.unsafe(text),
    async [Symbol.asyncDispose]() {
      await sql.end({ timeout: 1 });
      await admin.unsafe(`drop database if exists ${name} with (force)`);
      await admin.end({ timeout: 1 });
    },
  };
}
