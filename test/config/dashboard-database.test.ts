import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../src/config/config.ts";
import { variablesWithoutEffect } from "../../src/config/dashboard-database.ts";
import { readDatabaseUrl } from "../../src/config/database-url.ts";
import { ConfigFault } from "../../src/config/fault.ts";
import { readConfig } from "../../src/config/read-config.ts";
import { temporaryFolder } from "../temporary.ts";

const secrets = temporaryFolder();
const secretFile = join(secrets.path, "password");
writeFileSync(secretFile, "of a file\n");

const given: Record<string, string> = {
  DB_NAME: "kci db",
  DB_USER: "us:er",
  DB_PASSWORD: "of a file",
  DB_PASSWORD_FILE: secretFile,
  DB_HOST: "db.example",
  DB_PORT: "6432",
  DB_ENGINE: "django_prometheus.db.backends.postgresql",
  DB_OPTIONS_CONNECT_TIMEOUT: "3",
};

/** What the dashboard connects to by some of its variables, written without the code under test. */
function dashboardUrl(env: Environment): string {
  const password = env.DB_PASSWORD || env.DB_PASSWORD_FILE ? "of%20a%20file" : "admin";
  const user = env.DB_USER ? "us%3Aer" : "admin";
  const host = env.DB_HOST ?? "127.0.0.1";
  const name = env.DB_NAME ? "kci%20db" : "dashboard";
  const timeout = env.DB_OPTIONS_CONNECT_TIMEOUT ?? "16";
  return `postgres://${user}:${password}@${host}:${env.DB_PORT ?? "5432"}/${name}?connect_timeout=${timeout}`;
}

const subsets = Array.from({ length: 2 ** Object.keys(given).length }, (_, bits) =>
  Object.fromEntries(Object.entries(given).filter((__, at) => bits & (1 << at))),
);

test("each of the 255 combinations of the dashboard's variables is its own Postgres", () => {
  for (const env of subsets) {
    const wanted = Object.keys(env).length === 0 ? "sqlite:kernelci.db" : dashboardUrl(env);
    expect(readDatabaseUrl(undefined, env)).toBe(wanted);
    // Those that mean nothing here change nothing, nor do libpq's own where the dashboard has a value.
    const more = {
      ...env,
      DB_CONN_MAX_AGE: "60",
      INGEST_CYCLE_BATCH_SIZE: "1",
      PGHOST: "elsewhere",
    };
    expect(readDatabaseUrl(undefined, { ...more, PGUSER: "x", PGPASSWORD: "x" })).toBe(wanted);
    // A flag counts more than all of them.
    expect(readDatabaseUrl("sqlite:a.db", env)).toBe("sqlite:a.db");
  }
});

test("an empty variable is one that is left out", () => {
  for (const env of subsets) {
    const empty = Object.keys(given).flatMap((name) => (name in env ? [] : [[name, ""]]));
    const whole = { ...Object.fromEntries(empty), ...env };
    expect(readDatabaseUrl(undefined, whole)).toBe(readDatabaseUrl(undefined, env));
  }
});

describe("sources that are set together", () => {
  const sources: Record<string, (name: string) => Environment> = {
    DATABASE_URL: (name) => ({ DATABASE_URL: `postgres://u:p@h:5432/${name}` }),
    DB_NAME: (name) => ({ DB_NAME: name, DB_USER: "u", DB_PASSWORD: "p", DB_HOST: "h" }),
    DB_DEFAULT: (name) => ({
      DB_DEFAULT: JSON.stringify({ NAME: name, USER: "u", PASSWORD: "p", HOST: "h" }),
    }),
    DB_DEFAULT_NAME: (name) => ({
      DB_DEFAULT_NAME: name,
      DB_DEFAULT_USER: "u",
      DB_DEFAULT_PASSWORD: "p",
      DB_DEFAULT_HOST: "h",
      DB_DEFAULT_PORT: "5432",
    }),
  };
  const names = Object.keys(sources);
  const pairs = names.flatMap((one, at) =>
    names.slice(at + 1).map((other) => [one, other] as const),
  );

  test.each(pairs)("%s and %s that agree are one, and that disagree are refused", (one, other) => {
    const of = (a: string, b: string) => ({ ...sources[one]?.(a), ...sources[other]?.(b) });
    expect(readDatabaseUrl(undefined, of("d", "d"))).toMatch(/^postgres:\/\/u:p@h(:5432)?\/d/);
    expect(() => readDatabaseUrl(undefined, of("d", "e"))).toThrow(
      expect.objectContaining({
        message: `${one} and ${other} name different databases`,
        usage: false,
        hint: expect.stringMatching(
          /^remove one .* postgres:.*u:\*\*\*@h.*\/d.* postgres:.*u:\*\*\*@h.*\/e/,
        ),
      }),
    );
    expect(readDatabaseUrl("sqlite:a.db", of("d", "e"))).toBe("sqlite:a.db");
  });

  test.each(names)(
    "%s that names Postgres and libpq's variables are refused at postgres: where they disagree",
    (name) => {
      const env = sources[name]?.("d") ?? {};
      expect(readDatabaseUrl("postgres:", env)).toStartWith("postgres://u:p@h");
      expect(() => readDatabaseUrl("postgres:", { ...env, PGHOST: "elsewhere" })).toThrow(
        `${name} and PGHOST name different databases`,
      );
    },
  );
});

test.each<[string | undefined, Environment, string]>([
  [undefined, { PGHOST: "h", PGUSER: "u", PGDATABASE: "d" }, "sqlite:kernelci.db"],
  ["postgres:", { PGHOST: "h", PGUSER: "u", PGDATABASE: "d" }, "postgres://u@h/d"],
  ["postgresql://", { PGHOST: "h" }, "postgresql://h"],
  ["postgres:", {}, "postgres:///"],
  ["postgres:", { DB_HOST: "h" }, "postgres://admin:admin@h:5432/dashboard?connect_timeout=16"],
  [undefined, { DATABASE_URL: "postgres://h/d", DB_DEFAULT: "{}" }, "postgres://h/d"],
  [
    undefined,
    { DB_HOST: "/run/pg", PGSSLMODE: "require" },
    "postgres://admin:admin@%2Frun%2Fpg:5432/dashboard?connect_timeout=16&sslmode=require",
  ],
])("%j with %j is %s", (flag, env, url) => {
  expect(readDatabaseUrl(flag, env)).toBe(url);
});

test.each<[Environment, string]>([
  [
    { DB_ENGINE: "django.db.backends.sqlite3" },
    "DB_ENGINE: expected django.db.backends.postgresql",
  ],
  [{ DB_ENGINE: "django.db.backends.mysql", DB_NAME: "d" }, "DB_ENGINE: expected"],
  [{ DB_PORT: "geheim" }, "DB_PORT: expected a whole number from 1 to 65535"],
  [{ DB_HOST: "u:p@h" }, "DB_HOST: expected a host name, an address"],
  [{ DB_OPTIONS_CONNECT_TIMEOUT: "0" }, "DB_OPTIONS_CONNECT_TIMEOUT: expected a whole number"],
  [
    { DB_PASSWORD_FILE: "/nowhere/x" },
    "DB_PASSWORD_FILE: cannot read the password in /nowhere/x: ENOENT",
  ],
  [
    { DB_PASSWORD_FILE: "/dev/null" },
    "DB_PASSWORD_FILE: cannot read the password in /dev/null: it is empty",
  ],
  [{ DB_PASSWORD_FILE: secrets.path }, ": EISDIR"],
  [
    { DB_PASSWORD_FILE: secretFile, DB_PASSWORD: "another" },
    "DB_PASSWORD and DB_PASSWORD_FILE hold different passwords",
  ],
  [
    { DB_HOST: "h", DATABASE_URL: "postgres://admin:other@h/dashboard" },
    "DATABASE_URL and DB_HOST hold different passwords",
  ],
  [
    { DB_HOST: "h", DATABASE_URL: "sqlite:a.db" },
    "DATABASE_URL and DB_HOST name different databases",
  ],
  [{ DB_PASSWORD: '"quoted"' }, "DB_PASSWORD: expected a value without quotes around it"],
  [{ DB_DEFAULT: "{}" }, "DB_DEFAULT: expected the name of a database, got none"],
])("%j is refused, and no file is made instead: %s", (env, message) => {
  const read = () => readDatabaseUrl(undefined, env);
  expect(read).toThrow(ConfigFault);
  expect(read).toThrow(message);
});

test("variables that mean nothing here are known by name", () => {
  const env = {
    DB_CONN_MAX_AGE: "60",
    DB_CONN_HEALTH_CHECKS: "True",
    INGEST_CYCLE_BATCH_SIZE: "1",
    INGEST_FILES: "",
    PROMETHEUS_MULTIPROC_DIR: "/x",
    INGESTER_METRICS_PORT: "1",
    DB_NAME: "d",
  };
  expect(variablesWithoutEffect(env)).toEqual([
    "DB_CONN_HEALTH_CHECKS",
    "DB_CONN_MAX_AGE",
    "INGEST_CYCLE_BATCH_SIZE",
    "PROMETHEUS_MULTIPROC_DIR",
  ]);
});

test("metrics are served where INGESTER_METRICS_HOST says, unless a flag does", () => {
  const env = { SPOOL_DIR: "s", INGESTER_METRICS_HOST: "0.0.0.0" };
  expect(readConfig({}, env).metrics?.host).toBe("0.0.0.0");
  expect(readConfig({ "metrics-host": "::1" }, env).metrics?.host).toBe("::1");
  expect(readConfig({}, { ...env, INGESTER_METRICS_HOST: "" }).metrics?.host).toBe("127.0.0.1");
});
