/** The effective configuration of the service; units are in the names. */
export interface Config {
  spoolDir: string;
  /** At most so many files are prepared in parallel. */
  maxWorkers: number;
  intervalMs: number;
  /** Absent: the built-in list. */
  treesFile: string | undefined;
  databaseUrl: string;
  once: boolean;
  maxFileBytes: number;
  /** Whether archived files are kept as `NAME.json.zst`. */
  compressArchive: boolean;
  /** Where metrics, health and the status page are served; absent: nowhere. */
  metrics: { host: string; port: number } | undefined;
  log: LogConfig;
  excerpts: ExcerptConfig | undefined;
}

export interface LogConfig {
  format: "text" | "json";
  verbosity: "quiet" | "normal" | "verbose";
}

/** How log excerpts go to the storage server (`storage/README.md` 1). */
export interface ExcerptConfig {
  token: string;
  baseUrl: string;
  thresholdBytes: number;
  cacheEntries: number;
}

/** The flags of `monitor` as they were given; absent ones are undefined. */
export interface MonitorFlags {
  "spool-dir"?: string | undefined;
  "max-workers"?: string | undefined;
  interval?: string | undefined;
  "trees-file"?: string | undefined;
  database?: string | undefined;
  once?: boolean | undefined;
  "max-file-size"?: string | undefined;
  "compress-archive"?: boolean | undefined;
  "metrics-port"?: string | undefined;
  "metrics-host"?: string | undefined;
  "log-format"?: string | undefined;
  verbose?: boolean | undefined;
  quiet?: boolean | undefined;
}

/** The environment, as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>;
