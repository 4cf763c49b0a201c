import { maskSecrets } from "../base/mask-secrets.ts";
import type { Config } from "./config.ts";

/** The effective configuration for a log line or a page, secrets masked, units in the names. */
export function describeConfig(config: Config): Record<string, string | number | boolean> {
  const { excerpts, metrics } = config;
  return {
    spool_dir: config.spoolDir,
    database: maskSecrets(config.databaseUrl),
    max_workers: config.maxWorkers,
    interval_s: config.intervalMs / 1000,
    trees_file: config.treesFile ?? "built-in",
    max_file_bytes: config.maxFileBytes,
    compress_archive: config.compressArchive,
    once: config.once,
    metrics: metrics ? `${metrics.host}:${metrics.port}` : "off",
    excerpts: excerpts ? excerpts.baseUrl : "inline",
    ...(excerpts ? { excerpt_threshold_bytes: excerpts.thresholdBytes, storage_token: "***" } : {}),
  };
}
