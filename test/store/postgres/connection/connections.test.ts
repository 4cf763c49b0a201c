import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, writeFileSync } from "node:fs";
import { readDatabaseUrl } from "../../../../src/config/database-url.ts";
import { ConfigFault } from "../../../../src/config/fault.ts";
import { StoreFault } from "../../../../src/store/fault.ts";
import { classify } from "../../../../src/store/postgres/classify.ts";
import { connect } from "../../../../src/store/postgres/connection/connect.ts";
import { readConnection } from "../../../../src/store/postgres/connection/read-connection.ts";
import { postgresUrl } from "../../../databases.ts";
import { type Case, cases, poolerCases } from "./cases.ts";
import { type Servers, startServers } from "./servers.ts";

setDefaultTimeout(60_000);

describe.skipIf(!postgresUrl())("a Postgres as people give it", () => {
  let servers: Servers;
  const home = process.env.HOME;

  beforeAll(async () => {
    servers = await startServers();
    // Nothing of the user who runs this counts.
    process.env.HOME = servers.certificates.at("nobody");
    const { PW, PLAINPORT, TLSPORT } = servers.names;
    const write = (name: string, mode: number, lines: readonly string[]) => {
      writeFileSync(servers.certificates.at(name), lines.join("\n"));
      chmodSync(servers.certificates.at(name), mode);
    };
    const pass = ["# ours", "other:*:*:*:no", `127.0.0.1:${PLAINPORT}:*:kci:${PW}`, "*:*:*:*:no"];
    write("pgpass", 0o600, pass);
    write("pgpass-of-all", 0o644, pass);
    write("services", 0o644, [
      "[other]",
      "host=nowhere",
      "# ours",
      "[lab]",
      "host=127.0.0.1",
      `port=${TLSPORT}`,
      "user=kci",
      `password=${PW}`,
      "dbname=postgres",
      "application_name=of the lab",
      "[broken]",
      "sslmod=require",
    ]);
  });

  afterAll(() => {
    servers?.[Symbol.dispose]();
    if (home === undefined) delete process.env.HOME;
    else process.env.HOME = home;
  });

  const filled = (text: string, names: Readonly<Record<string, string>> = {}) =>
    text.replace(/\{([A-Z_]+)\}/g, (_, name: string) => {
      const value = names[name] ?? servers.names[name];
      if (value === undefined) throw new Error(`nothing is called ${name}`);
      return value;
    });

  const check = async (
    { url, env = {}, gives, sees }: Case,
    names?: Readonly<Record<string, string>>,
  ) => {
    const variables = Object.entries(env).map(([name, text]) => [name, filled(text, names)]);
    const flag = url === undefined ? undefined : filled(url, names);
    const found = await outcome(flag, Object.fromEntries(variables), sees?.[0]);
    if (typeof gives === "string") expect(found.text).toStartWith(gives);
    else expect(found.text).toMatch(gives);
    expect(found.seen).toBe(sees?.[1]);
    for (const secret of [servers.names.PW ?? "", "geheim"])
      expect(found.text).not.toContain(secret);
  };

  test.each(cases.map((one) => [title(one), one] as const))("%s", (_, one) => check(one));

  describe.each(["transaction", "session"])("before PgBouncer that lends %ss", (mode) => {
    test.each(poolerCases.map((one) => [title(one), one] as const))("%s", async (_, one) => {
      const POOLER = servers.names[mode];
      if (!POOLER) return console.warn("SKIPPED without PgBouncer");
      await check(one, { POOLER });
    });
  });

  test("there are many of them", () => {
    expect(cases.length + poolerCases.length).toBeGreaterThanOrEqual(60);
  });
});

/** How a database is connected to, or why not: class or exit code, message, hint. */
async function outcome(
  flag: string | undefined,
  env: Record<string, string>,
  query?: string,
): Promise<{ text: string; seen?: string }> {
  try {
    const url = readDatabaseUrl(flag, env);
    const { settings } = readConnection("--database", url, {}, () => undefined);
    const connection = await connect(settings, 5_000, () => {});
    await using closing = new AsyncDisposableStack();
    closing.defer(() => connection.sql.end({ timeout: 1 }));
    const [row] = await connection.sql`
      select case when inet_client_addr() is null then 'socket' when ssl then 'TLS' else 'plain' end as how,
        current_user || '@' || current_database() as who
      from pg_stat_ssl where pid = pg_backend_pid()`;
    if (!connection.isPooled) expect(connection.isEncrypted).toBe(row?.how === "TLS");
    const [seen] = query ? await connection.sql.unsafe(query) : [];
    return {
      text: `${connection.isPooled ? "pooled " : ""}${row?.how} ${row?.who}`,
      ...(seen ? { seen: String(Object.values(seen)[0]) } : {}),
    };
  } catch (cause) {
    if (cause instanceof ConfigFault) {
      return { text: `exit ${cause.usage ? 2 : 78}: ${cause.message}\n${cause.hint ?? ""}` };
    }
    const fault = cause instanceof StoreFault ? cause : classify(cause, "connect", "");
    return { text: `${fault.class}: ${fault.message}\n${fault.hint ?? ""}` };
  }
}

function title({ url, env = {}, gives }: Case): string {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const given = [...(url === undefined ? [] : [url]), ...variables].join(" ");
  return `${given} gives ${String(gives).split("\n")[0]}`;
}
