import { Database } from "bun:sqlite";
import postgres from "postgres";
import type { TestKind } from "../../databases.ts";
import { sqlite } from "../../databases.ts";
import { type PostgresServer, startPostgres } from "../../postgres-server.ts";
import { startProxy, type Proxy as TcpProxy } from "../proxy.ts";
import { type Scene, setScene } from "../scene.ts";
import { holdsWithin } from "../until.ts";

export type DatabaseName = TestKind["name"];

/** The database of a soak: one that may be stopped, cut off and locked. */
export interface SoakDatabase extends AsyncDisposable {
  readonly name: DatabaseName;
  /** A scene on it whose program goes through the proxy. */
  readonly scene: Scene;
  /** A scene on another one of the same kind, reached directly. */
  another(): Promise<Scene>;
  /**
   * Holds what the program writes to until the result is disposed of; undefined where the program
   * does not let go of it, for it may be frozen.
   */
  hold(): Promise<AsyncDisposable | undefined>;
  readonly server?: PostgresServer;
  readonly proxy?: TcpProxy;
}

/** How long to wait for what the program holds. */
const holdMs = 3_000;

export async function openSoakDatabase(name: DatabaseName): Promise<SoakDatabase> {
  return name === "SQLite" ? openSqlite() : openPostgres();
}

// --- internal ---

async function openSqlite(): Promise<SoakDatabase> {
  const scene = await setScene(sqlite);
  return {
    name: "SQLite",
    scene,
    another: () => setScene(sqlite),
    async hold() {
      const db = new Database(scene.database.url.replace("sqlite:", ""));
      // No busy_timeout: that would hold up the writers, too.
      const isHeld = await holdsWithin(() => isDone(() => db.run("begin immediate")), holdMs);
      if (!isHeld) db.close();
      return isHeld ? { [Symbol.asyncDispose]: async () => db.close() } : undefined;
    },
    [Symbol.asyncDispose]: () => scene[Symbol.asyncDispose](),
  };
}

async function openPostgres(): Promise<SoakDatabase> {
  // A server that stops at once keeps what was written: the machine goes on.
  const server = startPostgres({ fsync: "off" });
  const proxy = await startProxy(server.port);
  const kind = kindOn(server);
  const scene = await setScene(kind, (url) => url.replace(`:${server.port}/`, `:${proxy.port}/`));
  return {
    name: "Postgres",
    scene,
    server,
    proxy,
    another: () => setScene(kind),
    async hold() {
      const holder = postgres(scene.database.url, { max: 1, onnotice: () => {} });
      const end = () => holder.end({ timeout: 0 });
      try {
        await holder.unsafe(`set lock_timeout = ${holdMs}; begin; lock table tests`);
        return { [Symbol.asyncDispose]: end };
      } catch {
        await end();
        return undefined;
      }
    },
    async [Symbol.asyncDispose]() {
      await scene[Symbol.asyncDispose]();
      proxy[Symbol.dispose]();
      server[Symbol.dispose]();
    },
  };
}

function isDone(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

/** Databases on one server; each question has its own connection, for the server may have been away. */
function kindOn(server: PostgresServer): TestKind {
  let count = 0;
  const ask = async (url: string, text: string) => {
    const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });
    try {
      return [...(await sql.unsafe(text))] as Record<string, unknown>[];
    } finally {
      await sql.end({ timeout: 1 });
    }
  };
  return {
    name: "Postgres",
    async create() {
      const name = `soak_${++count}`;
      await ask(server.url, `create database ${name}`);
      const url = server.url.replace(/\/postgres$/, `/${name}`);
      return {
        url,
        query: (text) => ask(url, text),
        // It goes with its server.
        [Symbol.asyncDispose]: async () => {},
      };
    },
  };
}
