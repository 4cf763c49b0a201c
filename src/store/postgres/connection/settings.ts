import { type Given, type Parameters, refusal, unexpectedValue } from "../../given.ts";
import { isIp } from "./is-ip.ts";
import { knownParameters } from "./known-parameters.ts";

/** One place where the server may be: a host's name or address, the folder of a socket, or "" for the default. */
export interface Endpoint {
  readonly host: string;
  /** Where to connect instead of looking up the host. */
  readonly address?: string | undefined;
  readonly port: number;
}

/** Whether a connection is encrypted, and whom it trusts. */
export interface TlsSettings {
  readonly mode: "disable" | "allow" | "prefer" | "require" | "verify-ca" | "verify-full";
  /** Whether TLS begins at once, without asking the server in the protocol of Postgres. */
  readonly direct: boolean;
  /** A file, or `system` for the authorities that the program knows; absent: `~/.postgresql/root.crt` if there. */
  readonly rootCert: Given | undefined;
  /** Absent: `~/.postgresql/postgresql.crt` and `.key` if there. */
  readonly cert: Given | undefined;
  readonly key: Given | undefined;
  readonly keyPassword: string | undefined;
  readonly sendsCert: boolean;
  readonly sendsName: boolean;
  readonly minVersion: "TLSv1.2" | "TLSv1.3";
  readonly maxVersion: "TLSv1.2" | "TLSv1.3";
}

/** How to connect, as libpq would. */
export interface ConnectionSettings {
  readonly endpoints: readonly Endpoint[];
  readonly inAnyOrder: boolean;
  /** Absent: the user of the system. */
  readonly user: string | undefined;
  /** Absent: looked up in the password file. */
  readonly password: string | undefined;
  readonly passFile: Given | undefined;
  /** Absent: named like the user. */
  readonly database: string | undefined;
  readonly tls: TlsSettings;
  readonly connectTimeoutMs: number | undefined;
  /** How long a connection may be silent before it is probed; 0: never. */
  readonly keepAliveMs: number;
  readonly target: string;
  /** What the server is told of the session: `application_name`, `options` and so on. */
  readonly session: Readonly<Record<string, string>>;
}

/** Checks the parameters and makes settings of them. Throws `StoreFault` (operator) that names one. */
export function readSettings(parameters: Parameters): ConnectionSettings {
  for (const [name, given] of parameters) checkParameter(name, given);
  const text = (name: string) => parameters.get(name)?.value;
  return {
    endpoints: readEndpoints(parameters),
    inAnyOrder: text("load_balance_hosts") === "random",
    user: text("user"),
    password: text("password"),
    passFile: parameters.get("passfile"),
    database: text("dbname"),
    tls: readTls(parameters),
    connectTimeoutMs: text("connect_timeout") ? Number(text("connect_timeout")) * 1000 : undefined,
    keepAliveMs: text("keepalives") === "0" ? 0 : Number(text("keepalives_idle") ?? 10) * 1000,
    target: text("target_session_attrs") ?? "any",
    session: {
      application_name:
        text("application_name") ?? text("fallback_application_name") ?? "kci-ingester",
      ...(text("options") ? { options: text("options") ?? "" } : {}),
    },
  };
}

// --- internal ---

function checkParameter(name: string, given: Given): void {
  const { words, range, secret, unsupported } = knownParameters[name] ?? {};
  if (/\x00/.test(given.value)) throw refusal(given.from, "expected a text without NUL");
  if (words?.includes(given.value)) return;
  if (unsupported) {
    const shown = secret || !words ? "" : `, got ${JSON.stringify(given.value.slice(0, 80))}`;
    const message = words ? `expected ${words.join(" or ")}${shown}` : "is not supported";
    throw refusal(given.from, message, words ? unsupported : `remove it: ${unsupported}`);
  }
  if (words) throw unexpectedValue(given, words.join(", "));
  if (!range) return;
  const number = /^\d{1,9}$/.test(given.value) ? Number(given.value) : Number.NaN;
  if (number >= range[0] && number <= range[1]) return;
  throw unexpectedValue(given, `a whole number from ${range[0]} to ${range[1]}`);
}

function readEndpoints(parameters: Parameters): Endpoint[] {
  const list = (name: string) =>
    parameters
      .get(name)
      ?.value.split(",")
      .map((text) => text.trim()) ?? [];
  const [hosts, addresses, ports] = [list("host"), list("hostaddr"), list("port")];
  const count = Math.max(hosts.length, addresses.length, 1);
  for (const [name, values] of Object.entries({ host: hosts, hostaddr: addresses, port: ports })) {
    const given = parameters.get(name);
    const fits =
      values.length === count || values.length === 0 || (name === "port" && values.length === 1);
    if (given && !fits) throw refusal(given.from, `expected ${count} of them, one per host`);
  }
  for (const host of hosts) checkHost(host, parameters.get("host"));
  for (const address of addresses) {
    const given = parameters.get("hostaddr");
    if (given && address && !isIp(address)) throw unexpectedValue(given, "an IP address");
  }
  return Array.from({ length: count }, (_, at) => ({
    host: hosts[at] ?? "",
    address: addresses[at] || undefined,
    port: readPort(ports.length === 1 ? ports[0] : ports[at], parameters.get("port")),
  }));
}

function checkHost(host: string, given: Given | undefined): void {
  if (!given || host.startsWith("/") || /^[\w.-]*$/.test(host)) return;
  if (isIp(host.replace(/%.*$/, ""))) return;
  throw refusal(
    given.from,
    "expected a host name, an address, or a socket folder",
    host.startsWith("@") ? "abstract sockets are not supported" : undefined,
  );
}

function readPort(port: string | undefined, given: Given | undefined): number {
  if (!port) return 5432;
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (number >= 1 && number <= 65_535) return number;
  const from = given?.from ?? "port";
  throw unexpectedValue({ from, value: port }, "a whole number from 1 to 65535");
}

function readTls(parameters: Parameters): TlsSettings {
  const text = (name: string) => parameters.get(name)?.value;
  const rootCert = parameters.get("sslrootcert");
  const isSystem = rootCert?.value === "system";
  const given = parameters.get("sslmode");
  if (isSystem && given && given.value !== "verify-full") {
    throw unexpectedValue(given, "verify-full, which sslrootcert=system requires");
  }
  const mode = (given?.value ?? (isSystem ? "verify-full" : "prefer")) as TlsSettings["mode"];
  const negotiation = parameters.get("sslnegotiation");
  if (negotiation?.value === "direct" && ["disable", "allow", "prefer"].includes(mode)) {
    throw refusal(negotiation.from, "direct requires sslmode=require, verify-ca or verify-full");
  }
  const [minVersion, maxVersion] = [
    (text("ssl_min_protocol_version") ?? "TLSv1.2") as TlsSettings["minVersion"],
    (text("ssl_max_protocol_version") ?? "TLSv1.3") as TlsSettings["maxVersion"],
  ];
  if (minVersion > maxVersion) {
    const from = parameters.get("ssl_min_protocol_version")?.from ?? "";
    throw refusal(from, `${minVersion} is above ssl_max_protocol_version`);
  }
  return {
    mode,
    direct: negotiation?.value === "direct",
    rootCert,
    cert: parameters.get("sslcert"),
    key: parameters.get("sslkey"),
    keyPassword: text("sslpassword"),
    sendsCert: text("sslcertmode") !== "disable",
    sendsName: text("sslsni") !== "0",
    minVersion,
    maxVersion,
  };
}
