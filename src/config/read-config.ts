import { existsSync } from "node:fs";
import { checkPath } from "./check-path.ts";
import type { Config, Environment, ExcerptConfig, LogConfig, MonitorFlags } from "./config.ts";
import { readDatabase } from "./database-url.ts";
import { seeOutsideSpool } from "./outside-spool.ts";
import { readSpoolDir } from "./read-spool-dir.ts";
import {
  firstSetting,
  readBytes,
  readNumber,
  readSwitch,
  readWord,
  unexpected,
} from "./settings.ts";

/** Where the dashboard's container keeps its trees file. */
const containerTrees = "/app/trees.yaml";

/**
 * The configuration of the service from flags and environment (`config/README.md` 1): flags beat
 * environment beats default. Throws `ConfigFault` on the first setting that cannot be used.
 */
export function readConfig(flags: MonitorFlags, env: Environment): Config {
  const spoolDir = readSpoolDir(flags["spool-dir"], env);
  const once = flags.once ?? false;
  const maxWorkers = firstSetting(["--max-workers", flags["max-workers"]]);
  const interval = firstSetting(["--interval", flags.interval]);
  const treesFile = firstSetting(["--trees-file", flags["trees-file"]]);
  const database = readDatabase(flags.database, env);
  seeOutsideSpool(database, spoolDir);
  return {
    spoolDir,
    maxWorkers: readNumber(maxWorkers, 5, { min: 1, max: 256, integer: true }),
    intervalMs: readNumber(interval, 5, { min: 0.05, max: 86_400 }) * 1000,
    treesFile: treesFile ? checkPath(treesFile) : defaultTrees(),
    databaseUrl: database.value,
    once,
    maxFileBytes: readBytes(
      firstSetting(["--max-file-size", flags["max-file-size"]]),
      512 * 2 ** 20,
    ),
    compressArchive: flags["compress-archive"] ?? false,
    metrics: readMetrics(flags, env, once),
    log: readLogConfig(flags, env),
    excerpts: readExcerpts(env),
  };
}

/** How to log, from flags and environment. Throws `ConfigFault`. */
export function readLogConfig(flags: MonitorFlags, env: Environment): LogConfig {
  const format = firstSetting(["--log-format", flags["log-format"]]);
  const verbose = flags.verbose ?? readSwitch(firstSetting(["VERBOSE", env.VERBOSE]), false);
  return {
    format: readWord(format, "text", ["text", "json"]),
    verbosity: flags.quiet ? "quiet" : verbose ? "verbose" : "normal",
  };
}

function defaultTrees(): string | undefined {
  return existsSync(containerTrees) ? containerTrees : undefined;
}

function readMetrics(flags: MonitorFlags, env: Environment, once: boolean): Config["metrics"] {
  const flag = ["--metrics-port", flags["metrics-port"]] as const;
  const setting = once
    ? firstSetting(flag)
    : firstSetting(flag, ["INGESTER_METRICS_PORT", env.INGESTER_METRICS_PORT]);
  const port = readNumber(setting, once ? 0 : 8002, { min: 0, max: 65_535, integer: true });
  if (port === 0) return undefined;
  const host = firstSetting(["INGESTER_METRICS_HOST", env.INGESTER_METRICS_HOST]);
  return { host: flags["metrics-host"] || host?.value || "127.0.0.1", port };
}

function readExcerpts(env: Environment): ExcerptConfig | undefined {
  const token = firstSetting(["STORAGE_TOKEN", env.STORAGE_TOKEN])?.value;
  const switched = firstSetting(["CONVERT_LOG_EXCERPT", env.CONVERT_LOG_EXCERPT]);
  const converts = readSwitch(switched, true);
  const base = firstSetting(["STORAGE_BASE_URL", env.STORAGE_BASE_URL]);
  const threshold = firstSetting(["LOGEXCERPT_THRESHOLD", env.LOGEXCERPT_THRESHOLD]);
  const cache = firstSetting(["CACHE_LOGS_SIZE_LIMIT", env.CACHE_LOGS_SIZE_LIMIT]);
  if (!token || !converts) return undefined;
  if (base && !/^https?:\/\/[^/]/.test(base.value)) throw unexpected(base, "an http(s) URL");
  return {
    token,
    baseUrl: (base?.value ?? "https://files-staging.kernelci.org").replace(/\/+$/, ""),
    thresholdBytes: readNumber(threshold, 256, { min: 0, max: 2 ** 31, integer: true }),
    cacheEntries: readNumber(cache, 100_000, { min: 1, max: 10_000_000, integer: true }),
  };
}
