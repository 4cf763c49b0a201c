import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import postgres from "postgres";
import { readDatabaseUrl } from "../../../../src/config/database-url.ts";
import { ConfigFault } from "../../../../src/config/fault.ts";
import { tests } from "../../../../src/rows/tables.ts";
import { StoreFault } from "../../../../src/store/fault.ts";
import { classify } from "../../../../src/store/postgres/classify.ts";
import { connect } from "../../../../src/store/postgres/connection/connect.ts";
import { readConnection } from "../../../../src/store/postgres/connection/read-connection.ts";
import { postgresUrl } from "../../../databases.ts";
import { ingester, runIngester } from "../../../e2e/run-ingester.ts";
import { needs } from "../../../needs.ts";
import { temporaryFolder } from "../../../temporary.ts";
import { openStore } from "../../prepared-store.ts";
import { rowOf } from "../../stored.ts";
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

  const hasIpv6 = Object.values(networkInterfaces()).some((list) =>
    list?.some(({ address }) => address === "::1"),
  );

  test.each(cases.map((one) => [title(one), one] as const))("%s", async (_, one) => {
    if (one.url?.includes("@[::1]:{") && !needs(hasIpv6, "Postgres by IPv6", "IPv6")) return;
    await check(one);
  });

  describe.each(["transaction", "session"])("before PgBouncer that lends %ss", (mode) => {
    test.each(poolerCases.map((one) => [title(one), one] as const))("%s", async (_, one) => {
      const POOLER = servers.names[mode];
      // Told where it is started.
      if (!POOLER) return;
      await check(one, { POOLER });
    });
  });

  test("what lies in the user's own folder counts as it does to libpq", async () => {
    const { at } = servers.certificates;
    const nobodys = process.env.HOME;
    process.env.HOME = at("home");
    try {
      const give = async (url: string) => (await outcome(filled(url), {})).text;
      mkdirSync(at("home/.postgresql"), { recursive: true });
      copyFileSync(at("pgpass"), at("home/.pgpass"));
      chmodSync(at("home/.pgpass"), 0o600);
      expect(await give("postgres://kci@{PLAIN}/postgres")).toStartWith("plain kci@postgres");
      chmodSync(at("home/.pgpass"), 0o640);
      expect(await give("postgres://kci@{PLAIN}/postgres")).toMatch(
        /^operator: .*\n.*is ignored because others can read it/,
      );
      copyFileSync(at("client.crt"), at("home/.postgresql/postgresql.crt"));
      copyFileSync(at("client.key"), at("home/.postgresql/postgresql.key"));
      chmodSync(at("home/.postgresql/postgresql.key"), 0o600);
      const client = "postgres://certuser@{TLS}/postgres?sslmode=require";
      expect(await give(client)).toStartWith("TLS certuser@postgres");
      expect(await give(`${client}&sslcertmode=disable`)).toMatch(/^operator: .*certificate/);
      copyFileSync(at("other.crt"), at("home/.postgresql/root.crt"));
      expect(await give(client)).toMatch(
        /^operator: .*could not be verified.*\n.*~\/\.postgresql\/root\.crt/,
      );
      copyFileSync(at("ca.crt"), at("home/.postgresql/root.crt"));
      expect(await give(client)).toStartWith("TLS certuser@postgres");
      chmodSync(at("home/.postgresql/postgresql.key"), 0o644);
      expect(await give(client)).toMatch(/^operator: sslkey: others may read .*\nchmod 600 /);
    } finally {
      process.env.HOME = nobodys;
    }
  });

  test("64 MB of rows go through TLS as they are", async () => {
    const url = filled("postgres://kci:{PW}@{TLS}/postgres?sslmode=require");
    await using store = await openStore(url);
    await store.migrate();
    const excerpt = "\u00e4b".repeat(8_000);
    const rows = Array.from({ length: 2_700 }, (_, at) =>
      rowOf(tests, { id: `a:${at}`, build_id: "a:b", origin: "a", log_excerpt: `${at}${excerpt}` }),
    );
    await store.write(new Map([[tests, rows]]));
    const sql = postgres(url, { max: 1, ssl: { rejectUnauthorized: false } });
    const [row] = await sql`
      select count(*)::int as whole from tests
      where log_excerpt = substr(id, 3) || repeat('äb', 8000)`;
    await sql.end();
    expect(row?.whole).toBe(2_700);
  });

  test.each<[string, string, Record<string, string>, number, string]>([
    [
      "a certificate that does not verify ends a run at once, as what only an operator can mend",
      "postgres://kci:{PW}@{TLS}/postgres?sslmode=verify-ca&sslrootcert={CERTS}/other.crt",
      {},
      78,
      "is it currently valid, and signed by the CA in sslrootcert",
    ],
    [
      "a server that asks for TLS is told of as that",
      "postgres://secure:{PW}@{TLS}/postgres",
      { PGSSLMODE: "disable" },
      78,
      "use sslmode=require",
    ],
    [
      "an unknown parameter of a flag is a mistake of use",
      "postgres://kci:{PW}@{TLS}/postgres?sslmoed=require",
      {},
      2,
      "--database: unknown parameter sslmoed\n  hint: did you mean sslmode?",
    ],
    [
      "a variable that cannot be used is one of configuration",
      "postgres://kci:{PW}@{TLS}/postgres",
      { PGSSLMODE: "yes" },
      78,
      "PGSSLMODE: expected disable",
    ],
  ])("%s", async (_, url, env, exitCode, told) => {
    using folder = temporaryFolder();
    const words = ["monitor", "--once", "--spool-dir", folder.path, "--database", filled(url)];
    const startMs = performance.now();
    const run = await runIngester(ingester, words, { env });
    expect(performance.now() - startMs).toBeLessThan(10_000);
    expect(run.exitCode).toBe(exitCode);
    expect(run.stderr).toContain(told);
    expect(run.stderr).not.toContain(servers.names.PW ?? "");
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
