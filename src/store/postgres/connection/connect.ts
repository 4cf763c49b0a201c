import type { Socket } from "node:net";
import { userInfo } from "node:os";
import postgresJs, { type Sql } from "postgres";
import { StoreFault } from "../../fault.ts";
import { type OpenSocket, openSocket, socketFolder } from "./open-socket.ts";
import { findPassword, readPassFile } from "./pass-file.ts";
import type { ConnectionSettings, Endpoint } from "./settings.ts";

/** A connection that has logged in, and what was found of the server. */
export interface Connection {
  readonly sql: Sql;
  readonly isEncrypted: boolean;
  /** Whether a pooler is between, which may give each transaction another session. */
  readonly isPooled: boolean;
  /** Whether the server compresses with lz4. */
  readonly hasLz4: boolean;
}

/**
 * Connects as libpq would: to the first endpoint that is there and has the role that is asked for, with
 * TLS or without. The connection never connects again by itself; `onClose` is called when it is lost.
 * Throws `StoreFault` where it knows what is to be mended, else what driver or server throw.
 */
export async function connect(
  settings: ConnectionSettings,
  timeoutMs: number,
  onClose: () => void,
): Promise<Connection> {
  const endpoints = settings.inAnyOrder ? shuffled(settings.endpoints) : settings.endpoints;
  const { target } = settings;
  const passes = target === "prefer-standby" ? ["standby", "any"] : [target];
  let failure: unknown;
  for (const wanted of passes) {
    for (const endpoint of endpoints) {
      try {
        const attempt = { settings, endpoint, wanted, timeoutMs, onClose };
        return await withEncryption(attempt);
      } catch (cause) {
        failure = cause;
        // Whoever is refused here would be refused at the next one, too.
        if (!leavesHope(cause)) throw cause;
      }
    }
  }
  throw failure;
}

// --- internal ---

interface Attempt {
  settings: ConnectionSettings;
  endpoint: Endpoint;
  wanted: string;
  timeoutMs: number;
  onClose: () => void;
}

type Encryption = Parameters<typeof openSocket>[2];

const notAllowed = "28000";

/** Tries what `sslmode` allows, in its order. */
async function withEncryption(attempt: Attempt): Promise<Connection> {
  const { mode } = attempt.settings.tls;
  if (mode === "disable") return logIn(attempt, "none");
  if (mode !== "allow" && mode !== "prefer") return logIn(attempt, "required");
  try {
    return await logIn(attempt, mode === "allow" ? "none" : "offered");
  } catch (cause) {
    const isRefused = codeOf(cause) === notAllowed;
    const isTls = mode === "prefer" && cause instanceof StoreFault && cause.class === "operator";
    if (!isRefused && !isTls) throw cause;
    try {
      return await logIn(attempt, mode === "allow" ? "required" : "none");
    } catch (second) {
      const saysMore = second instanceof postgresJs.PostgresError && codeOf(second) !== notAllowed;
      throw saysMore ? second : cause;
    }
  }
}

async function logIn(attempt: Attempt, encryption: Encryption): Promise<Connection> {
  const { settings, endpoint, onClose } = attempt;
  const timeoutMs = settings.connectTimeoutMs ?? attempt.timeoutMs;
  const user = settings.user ?? userInfo().username;
  const database = settings.database ?? user;
  const password = settings.password ?? passwordOf(settings, endpoint, { user, database });
  let last: Socket | undefined;
  let opened: OpenSocket | undefined;
  let isLost = false;
  const socket = async () => {
    if (opened)
      throw Object.assign(new Error("the connection is lost"), { code: "CONNECTION_CLOSED" });
    opened = await openSocket(settings, endpoint, encryption, (next) => {
      last = next;
    });
    return Object.assign(opened.socket, { host: nameOf(endpoint), port: endpoint.port });
  };
  const sql = openDriver({ settings, endpoint, user, database, password, socket }, () => {
    isLost = true;
    onClose();
  });
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(timedOut(endpoint)), timeoutMs);
  try {
    const found = await Promise.race([sql.unsafe<Found[]>(question), late]);
    const [row] = found;
    if (!row || isLost) throw timedOut(endpoint);
    requireRole(attempt.wanted, row, endpoint);
    return {
      sql,
      isEncrypted: opened?.isEncrypted ?? false,
      // A pooler gives its clients numbers of its own.
      isPooled: (found as { state?: { pid?: number } }).state?.pid !== row.pid,
      hasLz4: row.lz4,
    };
  } catch (cause) {
    last?.destroy();
    void sql.end({ timeout: 0 }).catch(() => {});
    throw explain(cause, encryption);
  } finally {
    clearTimeout(timer);
  }
}

interface Found {
  pid: number;
  standby: boolean;
  read_only: boolean;
  lz4: boolean;
}

const question = `
  select pg_backend_pid() as pid, pg_is_in_recovery() as standby,
    current_setting('transaction_read_only')::boolean as read_only,
    exists (select 1 from pg_settings
      where name = 'default_toast_compression' and 'lz4' = any(enumvals)) as lz4`;

function openDriver(
  {
    settings,
    endpoint,
    user,
    database,
    password,
    socket,
  }: {
    settings: ConnectionSettings;
    endpoint: Endpoint;
    user: string;
    database: string;
    password: string;
    socket: () => Promise<Socket>;
  },
  onclose: () => void,
): Sql {
  // The driver reads this by itself, and throws on a value that is right.
  const variable = process.env.PGTARGETSESSIONATTRS;
  delete process.env.PGTARGETSESSIONATTRS;
  try {
    // Each option is given, for the driver takes those that are not from the environment.
    return postgresJs({
      host: [nameOf(endpoint)],
      port: [endpoint.port],
      user,
      database,
      pass: () => password,
      socket,
      ssl: false,
      sslnegotiation: null,
      max: 1,
      idle_timeout: null,
      connect_timeout: null,
      max_lifetime: null,
      max_pipeline: 100,
      keep_alive: settings.keepAliveMs / 1000,
      // A pooler gives each transaction another session, where a prepared statement is not known.
      prepare: false,
      debug: false,
      fetch_types: false,
      publications: "alltables",
      // Tries are spaced by whoever calls, not here.
      backoff: false,
      connection: settings.session,
      onnotice: () => {},
      onclose,
    } as unknown as Parameters<typeof postgresJs>[1]);
  } finally {
    if (variable !== undefined) process.env.PGTARGETSESSIONATTRS = variable;
  }
}

function passwordOf(
  settings: ConnectionSettings,
  endpoint: Endpoint,
  names: { user: string; database: string },
): string {
  const text = readPassFile(settings.passFile);
  const isDefault = !endpoint.host || socketFolder({ ...endpoint, host: "" }) === endpoint.host;
  const host = isDefault ? (endpoint.address ?? "localhost") : endpoint.host;
  return findPassword(text, { host, port: endpoint.port, ...names }) ?? "";
}

/** Throws (transient, for the role may change) where the server has another role than is asked for. */
function requireRole(wanted: string, found: Found, endpoint: Endpoint): void {
  const fits: Record<string, boolean> = {
    any: true,
    primary: !found.standby,
    standby: found.standby,
    "read-only": found.read_only,
    "read-write": !found.read_only,
  };
  if (fits[wanted]) return;
  throw new StoreFault(`${nameOf(endpoint)}:${endpoint.port} is not ${wanted}`, {
    operation: "connect to the database",
    class: "transient",
    hint: `the settings ask for target_session_attrs=${wanted}`,
  });
}

function explain(cause: unknown, encryption: Encryption): unknown {
  if (!(cause instanceof postgresJs.PostgresError)) return cause;
  const hint = hintOf(cause, encryption);
  if (!hint) return cause;
  const operation = "connect to the database";
  return new StoreFault(`cannot ${operation}: ${cause.message}`, {
    operation,
    class: "operator",
    code: cause.code,
    hint,
    cause,
  });
}

function hintOf({ code, message }: postgresJs.PostgresError, encryption: Encryption) {
  if (code === notAllowed && /no encryption|SSL off/.test(message)) {
    return encryption === "none"
      ? "the server may ask for TLS: give sslmode=require; else let it take this user, host and database in pg_hba.conf"
      : "the server has no TLS; let it take this user, host and database in pg_hba.conf";
  }
  // What PgBouncer refuses has the code of a broken protocol.
  if (code !== "08P01") return undefined;
  if (/SASL authentication failed|password authentication failed|no such user/.test(message)) {
    return "check user and password of --database, also where the pooler keeps them";
  }
  if (/no such database/.test(message)) return "name a database that the pooler knows";
  if (/unsupported startup parameter/.test(message)) {
    return "the pooler takes no such parameter: leave it out, or name it in ignore_startup_parameters of PgBouncer";
  }
  return undefined;
}

function leavesHope(cause: unknown): boolean {
  if (cause instanceof StoreFault) return cause.class === "transient";
  return !(cause instanceof postgresJs.PostgresError) || /^(?:57P|53)/.test(cause.code);
}

function codeOf(cause: unknown): string | undefined {
  return (cause as { code?: string }).code;
}

function nameOf(endpoint: Endpoint): string {
  return socketFolder(endpoint) ?? endpoint.address ?? (endpoint.host || "localhost");
}

function timedOut(endpoint: Endpoint): Error {
  const message = `write CONNECT_TIMEOUT ${nameOf(endpoint)}:${endpoint.port}`;
  return Object.assign(new Error(message), { code: "CONNECT_TIMEOUT" });
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => [Math.random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}
