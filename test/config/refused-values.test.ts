import { expect, test } from "bun:test";
import type { Environment, MonitorFlags } from "../../src/config/config.ts";
import { ConfigFault } from "../../src/config/fault.ts";
import { readConfig } from "../../src/config/read-config.ts";

const read = (flags: MonitorFlags = {}, env: Environment = {}) =>
  readConfig({ "spool-dir": "s", ...flags }, env);

test.each<[MonitorFlags, Environment, string]>([
  [{ "spool-dir": "" }, {}, "--spool-dir: expected a folder, got nothing"],
  [{ "max-workers": "0" }, {}, '--max-workers: expected a whole number from 1 to 256, got "0"'],
  [{ "max-workers": "1.5" }, {}, '--max-workers: expected a whole number from 1 to 256, got "1.5"'],
  [{ "max-workers": "" }, {}, '--max-workers: expected a whole number from 1 to 256, got ""'],
  [
    { interval: "1e3" },
    {},
    '--interval: expected seconds from 0.05 to 86400, or a duration such as 5s or 2m, got "1e3"',
  ],
  [
    { interval: "NaN" },
    {},
    '--interval: expected seconds from 0.05 to 86400, or a duration such as 5s or 2m, got "NaN"',
  ],
  [
    { "max-memory": "127M" },
    {},
    '--max-memory: expected a size from 128M to 2000M, such as 512M, got "127M"',
  ],
  [
    { "max-file-size": "0" },
    {},
    '--max-file-size: expected a size from 1 to 2000M, such as 512M, got "0"',
  ],
  [
    { "max-file-size": "2G" },
    {},
    '--max-file-size: expected a size from 1 to 2000M, such as 512M, got "2G"',
  ],
  [
    { "metrics-port": "65536" },
    {},
    '--metrics-port: expected a whole number from 0 to 65535, got "65536"',
  ],
  [{ "log-format": "xml" }, {}, '--log-format: expected text or json, got "xml"'],
  [
    {},
    { INGESTER_METRICS_PORT: "x" },
    'INGESTER_METRICS_PORT: expected a whole number from 0 to 65535, got "x"',
  ],
  [
    {},
    { STORAGE_TOKEN: "t", STORAGE_BASE_URL: "ftp://h" },
    'STORAGE_BASE_URL: expected an http(s) URL, got "ftp://h"',
  ],
  [
    {},
    { STORAGE_TOKEN: "t", LOGEXCERPT_THRESHOLD: "-1" },
    'LOGEXCERPT_THRESHOLD: expected a whole number from 0 to 2147483648, got "-1"',
  ],
  [
    {},
    { STORAGE_TOKEN: "t", CACHE_LOGS_SIZE_LIMIT: "0" },
    'CACHE_LOGS_SIZE_LIMIT: expected a whole number from 1 to 10000000, got "0"',
  ],
])("%j with %j is refused", (flags, env, message) => {
  try {
    read(flags, env);
  } catch (cause) {
    if (!(cause instanceof ConfigFault)) throw cause;
    expect(cause.message).toBe(message);
    // A flag is a mistake of use, exit 2; a variable one of configuration, exit 78.
    expect(cause.usage).toBe(message.startsWith("--"));
    return;
  }
  throw new Error("accepted");
});

test.each(["n", "y", "nope", "2", "t", "None"])(
  "VERBOSE=%s says neither, and is refused",
  (word) => {
    for (const name of ["VERBOSE", "CONVERT_LOG_EXCERPT"]) {
      const message = `${name}: expected 1, true, yes or on, or 0, false, no or off, got "${word}"`;
      const throwing = expect.objectContaining({ message, usage: false });
      expect(() => read({}, { [name]: word })).toThrow(throwing);
    }
  },
);

test.each([
  "SPOOL_DIR",
  "DATABASE_URL",
  "DB_DEFAULT",
  "DB_DEFAULT_NAME",
  "DB_DEFAULT_USER",
  "DB_DEFAULT_PASSWORD",
  "DB_DEFAULT_HOST",
  "DB_DEFAULT_PORT",
  "DB_DEFAULT_ENGINE",
  "DB_DEFAULT_OPTIONS",
  "INGESTER_METRICS_PORT",
  "VERBOSE",
  "STORAGE_TOKEN",
  "STORAGE_BASE_URL",
  "CONVERT_LOG_EXCERPT",
  "LOGEXCERPT_THRESHOLD",
  "CACHE_LOGS_SIZE_LIMIT",
])("%s in quotes, as an env file leaves them, is refused and not shown", (name) => {
  for (const value of ['"geheim"', "'geheim'", ' "geheim" ', '""', `'{"NAME":"d"}'`]) {
    const message = `${name}: expected a value without quotes around it`;
    const throwing = expect.objectContaining({ message, usage: false });
    expect(() => readConfig({}, { SPOOL_DIR: "s", [name]: value })).toThrow(throwing);
  }
});

test.each(["PGPASSWORD", "PGHOST", "PGSSLMODE", "PGSERVICE", "PGTZ"])(
  "%s in quotes is refused where a Postgres is meant",
  (name) => {
    const message = `${name}: expected a value without quotes around it`;
    const env = { [name]: '"geheim"' };
    expect(() => read({ database: "postgres://h/d" }, env)).toThrow(message);
    expect(() => read({}, { ...env, DB_DEFAULT_NAME: "d" })).toThrow(message);
    expect(read({}, env).databaseUrl).toBe("sqlite:kernelci.db");
  },
);

test("a quote that is not around a value is a part of it", () => {
  expect(read({}, { STORAGE_TOKEN: `a"b'` }).excerpts?.token).toBe(`a"b'`);
  expect(readConfig({ "spool-dir": '"s"' }, {}).spoolDir).toBe('"s"');
});
