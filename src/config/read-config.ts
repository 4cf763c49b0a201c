import { existsSync } from "node:fs";
import type { Config, Environment, ExcerptConfig, LogConfig, MonitorFlags } from "./config.ts";
import { readDatabase } from "./database-url.ts";
import { ConfigFault } from "./fault.ts";
import {
  excerptSettings,
  logSettings,
  metricsSettings,
  serviceSettings,
} from "./monitor-settings.ts";
import { seeOutsideSpool } from "./outside-spool.ts";
import { readDeclared, readSetting, seeGiven } from "./read-setting.ts";

/** Where the dashboard's container keeps its trees file, under the name of today, else the former one. */
const containerTrees = ["/app/tree-names.yaml", "/app/trees.yaml"];

/** The trees file that is given, else that of the dashboard's container, where it is. */
export function treesFileOf(
  given: string | undefined,
  isThere: (path: string) => boolean = existsSync,
): string | undefined {
  return given ?? containerTrees.find(isThere);
}

/**
 * The configuration of the service from flags and environment (`config/README.md` 1): flags beat
 * environment beats default. Throws `ConfigFault` on the first setting that cannot be used.
 */
export function readConfig(
  flags: MonitorFlags,
  env: Environment,
  isThere: (path: string) => boolean = existsSync,
): Config {
  const { databaseUrl: _, ...plain } = serviceSettings;
  const service = readDeclared(plain, flags, env);
  if (flags.once && flags.standby) throw opposed("--standby", "--once");
  const database = readDatabase(flags.database, env);
  seeOutsideSpool(database, service.spoolDir);
  return {
    ...service,
    standby: service.standby && !service.once,
    treesFile: treesFileOf(service.treesFile, isThere),
    databaseUrl: database.value,
    metrics: readMetrics(flags, env),
    log: readLogConfig(flags, env),
    excerpts: readExcerpts(env),
  };
}

/** How to log, from flags and environment. Throws `ConfigFault`. */
function readLogConfig(flags: MonitorFlags, env: Environment): LogConfig {
  const { format, verbose, quiet } = readDeclared(logSettings, flags, env);
  if (flags.verbose && flags.quiet) throw opposed("--verbose", "--quiet");
  return { format, verbosity: quiet ? "quiet" : verbose ? "verbose" : "normal" };
}

/** Whether the environment asks for output without a bar and colours. */
export function asksForPlain(env: Environment): boolean {
  return readSetting(logSettings.isPlain, {}, env);
}

// --- internal ---

function opposed(flag: string, other: string): ConfigFault {
  return new ConfigFault(`${flag} and ${other} contradict each other`, {
    operation: "read the configuration",
    path: flag,
    usage: true,
    hint: "remove one of them",
  });
}

function readMetrics(flags: MonitorFlags, env: Environment): Config["metrics"] {
  const metrics = readDeclared(metricsSettings, flags, env);
  return metrics.port === 0 ? undefined : metrics;
}

function readExcerpts(env: Environment): ExcerptConfig | undefined {
  seeGiven(excerptSettings, {}, env);
  const token = readSetting(excerptSettings.token, {}, env);
  if (!readSetting(excerptSettings.converts, {}, env) || !token) return undefined;
  const { converts: _, ...excerpts } = readDeclared(excerptSettings, {}, env);
  return { ...excerpts, token };
}
