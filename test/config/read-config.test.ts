import { expect, test } from "bun:test";
import type { Environment, MonitorFlags } from "../../src/config/config.ts";
import { describeConfig } from "../../src/config/describe-config.ts";
import { ConfigFault } from "../../src/config/fault.ts";
import { readConfig } from "../../src/config/read-config.ts";

const read = (flags: MonitorFlags = {}, env: Environment = {}) =>
  readConfig({ "spool-dir": "s", ...flags }, env);

test("defaults are those of the contract", () => {
  expect(read()).toEqual({
    spoolDir: "s",
    maxWorkers: 5,
    intervalMs: 5_000,
    treesFile: undefined,
    treesFromDatabase: false,
    databaseUrl: "sqlite:kernelci.db",
    once: false,
    maxFileBytes: 512 * 1024 * 1024,
    maxMemoryBytes: undefined,
    metrics: { host: "127.0.0.1", port: 8002 },
    log: { format: "text", verbosity: "normal" },
    excerpts: undefined,
    compressArchive: false,
    reasonPlace: "beside",
    standby: false,
    refusedHook: undefined,
    results: false,
  });
});

test("flags beat the environment, which beats the defaults", () => {
  const env = {
    SPOOL_DIR: "e",
    DATABASE_URL: "sqlite:e.db",
    INGESTER_METRICS_PORT: "1",
    VERBOSE: "1",
  };
  expect(readConfig({}, env)).toMatchObject({
    spoolDir: "e",
    databaseUrl: "sqlite:e.db",
    metrics: { port: 1 },
    log: { verbosity: "verbose" },
  });
  const flags = { "spool-dir": "f", database: "sqlite:f.db", "metrics-port": "2", verbose: false };
  expect(readConfig(flags, env)).toMatchObject({
    spoolDir: "f",
    databaseUrl: "sqlite:f.db",
    metrics: { port: 2 },
    log: { verbosity: "normal" },
  });
});

test("an empty variable is one that is not set", () => {
  const env = { DATABASE_URL: "", INGESTER_METRICS_PORT: "", VERBOSE: "", STORAGE_TOKEN: "" };
  expect(read({}, env)).toEqual(read());
});

test.each([
  [{ "max-workers": "8" }, { maxWorkers: 8 }],
  [{ interval: "0.5" }, { intervalMs: 500 }],
  [{ interval: "5s" }, { intervalMs: 5_000 }],
  [{ interval: "250ms" }, { intervalMs: 250 }],
  [{ interval: "1.5m" }, { intervalMs: 90_000 }],
  [{ "trees-file": "t.yaml" }, { treesFile: "t.yaml" }],
  [{ once: true }, { once: true, metrics: undefined }],
  [{ once: true, "metrics-port": "9" }, { metrics: { host: "127.0.0.1", port: 9 } }],
  [{ "metrics-port": "0" }, { metrics: undefined }],
  [{ "metrics-host": "::1" }, { metrics: { host: "::1", port: 8002 } }],
  [{ "max-file-size": "3K" }, { maxFileBytes: 3_072 }],
  [{ "max-file-size": "1MiB" }, { maxFileBytes: 1_048_576 }],
  [{ "max-file-size": "77" }, { maxFileBytes: 77 }],
  [{ "max-memory": "512M" }, { maxMemoryBytes: 512 * 1024 * 1024 }],
  [{ "log-format": "json" }, { log: { format: "json", verbosity: "normal" } }],
  [{ "reason-files": "apart" }, { reasonPlace: "apart" }],
  [{ standby: true }, { standby: true }],
  [{ results: true }, { results: true }],
  [{ quiet: true }, { log: { format: "text", verbosity: "quiet" } }],
] as const)("%j gives %j", (flags, expected) => {
  expect(read(flags)).toMatchObject(expected);
});

test("--verbose and --quiet together are refused, --quiet beside VERBOSE counts", () => {
  const message = "--verbose and --quiet contradict each other";
  const throwing = expect.objectContaining({ message, usage: true });
  expect(() => read({ verbose: true, quiet: true })).toThrow(throwing);
  expect(read({ quiet: true }, { VERBOSE: "1" }).log.verbosity).toBe("quiet");
});

test("--standby and --once together are refused, --once beside INGESTER_STANDBY does not wait", () => {
  const message = "--standby and --once contradict each other";
  const throwing = expect.objectContaining({ message, usage: true });
  expect(() => read({ standby: true, once: true })).toThrow(throwing);
  expect(read({ once: true }, { INGESTER_STANDBY: "1" }).standby).toBe(false);
  expect(read({}, { INGESTER_STANDBY: "1" }).standby).toBe(true);
});

test.each(["1", "true", "YES", "on"])("VERBOSE=%s says yes", (VERBOSE) => {
  expect(read({}, { VERBOSE }).log.verbosity).toBe("verbose");
});

test.each(["0", "false", "No", " off "])("VERBOSE=%s says no", (VERBOSE) => {
  expect(read({}, { VERBOSE }).log.verbosity).toBe("normal");
});

test("the port of the environment is not opened by a run with --once", () => {
  expect(read({ once: true }, { INGESTER_METRICS_PORT: "9000" }).metrics).toBeUndefined();
});

test("excerpts are stored where there is a token, unless they are turned off", () => {
  const env = { STORAGE_TOKEN: "t" };
  expect(read({}, env).excerpts).toEqual({
    token: "t",
    baseUrl: "https://files-staging.kernelci.org",
    thresholdBytes: 256,
    cacheEntries: 100_000,
  });
  expect(read({}, { ...env, CONVERT_LOG_EXCERPT: "false" }).excerpts).toBeUndefined();
  const all = {
    STORAGE_BASE_URL: "http://h/x//",
    LOGEXCERPT_THRESHOLD: "0",
    CACHE_LOGS_SIZE_LIMIT: "7",
  };
  expect(read({}, { ...env, ...all }).excerpts).toEqual({
    token: "t",
    baseUrl: "http://h/x",
    thresholdBytes: 0,
    cacheEntries: 7,
  });
});

test("what is told of the configuration holds no secret", () => {
  const env = { STORAGE_TOKEN: "s3cret", DATABASE_URL: "postgres://u:geheim@h/d?password=hidden" };
  const told = JSON.stringify(describeConfig(read({}, env)));
  for (const secret of ["s3cret", "geheim", "hidden"]) expect(told).not.toContain(secret);
  expect(told).toContain("postgres://u:***@h/d");
});

test("the trees file is the one that is named, else today's of the container, else its former one", () => {
  const [today, former] = ["/app/tree-names.yaml", "/app/trees.yaml"];
  const treesFile = (there: string[], flags: MonitorFlags = {}) =>
    readConfig({ "spool-dir": "s", ...flags }, {}, (path) => there.includes(path)).treesFile;
  expect(treesFile([])).toBeUndefined();
  expect(treesFile([former])).toBe(former);
  expect(treesFile([today])).toBe(today);
  expect(treesFile([former, today])).toBe(today);
  expect(treesFile([former, today], { "trees-file": "own.yaml" })).toBe("own.yaml");
});

test("trees come from the database when the flag or the variable asks for it", () => {
  const asked = (flags: MonitorFlags, env: Environment) => read(flags, env).treesFromDatabase;
  expect(asked({ "trees-from-database": true }, {})).toBe(true);
  expect(asked({}, { TREES_FROM_DATABASE: "true" })).toBe(true);
  expect(asked({}, { TREES_FROM_DATABASE: "0" })).toBe(false);
  expect(asked({}, {})).toBe(false);
  expect(() => asked({}, { TREES_FROM_DATABASE: "perhaps" })).toThrow(ConfigFault);
  expect(describeConfig(read({ "trees-from-database": true }))).toMatchObject({
    trees_from_database: true,
  });
});
