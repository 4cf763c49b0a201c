import type { Socket } from "node:net";
import { userInfo } from "node:os";
import postgresJs, { type Sql } from "postgres";
import { StoreFault } from "../../fault.ts";
import { hearLastWords, type LastWords } from "./last-words.ts";
import { type OpenSocket, openSocket, socketFolder } from "./open-socket.ts";
import { findPassword, readPassFile } from "./pass-file.ts";
import type { ConnectionSettings, Endpoint } from "./settings.ts";

/** A connection that has logged in, and what was found of the server. */
export interface ServerConnection {
  readonly sql: Sql;
  readonly isEncrypted: boolean;
  /** Whether a pooler is between, which may give each transaction another session. */
  readonly isPooled: boolean;
  /** Whether the server compresses with lz4. */
  readonly hasLz4: boolean;
  /** Whether the server can limit how long a transaction takes. */
  readonly limitsTransactions: boolean;
  /** The name of the database, and the encoding of its texts. */
  readonly database: string;
  readonly encoding: string;
  /** Calls `listener` when the connection is lost, until the function that it returns is called. */
  whenLost(listener: (cause: Error) => void): () => void;
  /** What the server has said when it ended the session. */
  lastWords(): LastWords | undefined;
}

/** One try to connect. */
export interface Attempt {
  settings: ConnectionSettings;
  endpoint: Endpoint;
  wanted: string;
  timeoutMs: number;
  onClose: () => void;
}

type Encryption = Parameters<typeof openSocket>[2];

/** The SQLSTATE of a server that lets this user in from nowhere, or not so: without TLS, or with it. */
export const notAllowed = "28000";

/**
 * Connects to one endpoint, with TLS or without. Throws `StoreFault` where it knows what is to be mended,
 * else what driver or server throw.
 */
export async function logIn(attempt: Attempt, encryption: Encryption): Promise<ServerConnection> {
  const { settings, endpoint, onClose } = attempt;
  const timeoutMs = settings.connectTimeoutMs ?? attempt.timeoutMs;
  const user = settings.user ?? userInfo().username;
  const database = settings.database ?? user;
  const { password, passedOver } = findLogin(settings, endpoint, { user, database });
  let last: Socket | undefined;
  let opened: OpenSocket | undefined;
  let isLost = false;
  const { promise: late, reject } = Promise.withResolvers<never>();
  late.catch(() => {});
  const socket = async () => {
    if (opened) throw lost();
    opened = await openSocket(settings, endpoint, encryption, (next) => {
      last = next;
    });
    // It may close before the driver listens, which would wait then.
    opened.socket.once("close", () => reject(lost()));
    if (opened.socket.destroyed) throw lost();
    return Object.assign(opened.socket, { host: nameOf(endpoint), port: endpoint.port });
  };
  const sql = openDriver({ settings, endpoint, user, database, password, socket }, () => {
    isLost = true;
    onClose();
  });
  const timer = setTimeout(() => reject(timedOut(endpoint)), timeoutMs);
  try {
    const found = await Promise.race([sql.unsafe<Found[]>(question), late]);
    const [row] = found;
    if (!row || isLost || !opened) throw timedOut(endpoint);
    const { socket: connected, isEncrypted } = opened;
    requireRole(attempt.wanted, row, endpoint);
    return {
      ...row,
      sql,
      isEncrypted,
      // A pooler gives its clients numbers of its own.
      isPooled: (found as { state?: { pid?: number } }).state?.pid !== row.pid,
      whenLost(listener) {
        const tell = () => listener(lost());
        connected.once("close", tell);
        return () => void connected.off("close", tell);
      },
      lastWords: hearLastWords(connected),
    };
  } catch (cause) {
    last?.destroy();
    void sql.end({ timeout: 0 }).catch(() => {});
    throw explain(cause, encryption, passedOver);
  } finally {
    clearTimeout(timer);
  }
}

type FoundSettings = "hasLz4" | "limitsTransactions" | "database" | "encoding";

interface Found extends Pick<ServerConnection, FoundSettings> {
  pid: number;
  standby: boolean;
  read_only: boolean;
}

const question = `
  select pg_backend_pid() as pid, pg_is_in_recovery() as standby,
    current_setting('transaction_read_only')::boolean as read_only,
    exists (select 1 from pg_settings
      where name = 'default_toast_compression' and 'lz4' = any(enumvals)) as "hasLz4",
    exists (select 1 from pg_settings where name = 'transaction_timeout') as "limitsTransactions",
    current_database() as database, current_setting('server_encoding') as encoding`;

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

function findLogin(
  settings: ConnectionSettings,
  endpoint: Endpoint,
  names: { user: string; database: string },
): { password: string; passedOver?: string | undefined } {
  if (settings.password !== undefined) return { password: settings.password };
  const { text, passedOver } = readPassFile(settings.passFile);
  const isDefault = !endpoint.host || socketFolder({ ...endpoint, host: "" }) === endpoint.host;
  const host = isDefault ? (endpoint.address ?? "localhost") : endpoint.host;
  const password = findPassword(text, { host, port: endpoint.port, ...names }) ?? "";
  return { password, passedOver };
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
    hint: `the settings require target_session_attrs=${wanted}`,
  });
}

function explain(cause: unknown, encryption: Encryption, passedOver?: string): unknown {
  if (!(cause instanceof postgresJs.PostgresError)) return cause;
  const isLogin = passedOver !== undefined && /password/.test(cause.message);
  const hint = isLogin
    ? `${passedOver} is ignored because others can read it: chmod 600 ${passedOver}`
    : hintOf(cause, encryption);
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
      ? "the server may require TLS: use sslmode=require; otherwise allow this user, host and database in pg_hba.conf"
      : "the server does not support TLS; allow this user, host and database in pg_hba.conf";
  }
  // What PgBouncer refuses has the code of a broken protocol.
  if (code !== "08P01") return undefined;
  if (/SASL authentication failed|password authentication failed|no such user/.test(message)) {
    return "check user and password in --database, and in the configuration of the pooler";
  }
  if (/no such database/.test(message)) return "use a database name that the pooler knows";
  if (/unsupported startup parameter/.test(message)) {
    return "the pooler does not accept this parameter: remove it, or add it to ignore_startup_parameters of PgBouncer";
  }
  return undefined;
}

function nameOf(endpoint: Endpoint): string {
  return socketFolder(endpoint) ?? endpoint.address ?? (endpoint.host || "localhost");
}

function lost(): Error {
  return Object.assign(new Error("the connection was lost"), { code: "CONNECTION_CLOSED" });
}

function timedOut(endpoint: Endpoint): Error {
  const message = `write CONNECT_TIMEOUT ${nameOf(endpoint)}:${endpoint.port}`;
  return Object.assign(new Error(message), { code: "CONNECT_TIMEOUT" });
}
