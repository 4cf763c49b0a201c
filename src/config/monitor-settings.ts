import { urlForms } from "../store/store-kind.ts";
import type { Declarations } from "./declaration.ts";

/**
 * Every setting of `monitor`, once: types, reading, help, completion, man page and the logged
 * configuration come from here, and the README's tables are tested against it. The flags that other
 * commands share with it are these, too.
 */

/** Those that are fields of `Config` as they are read. */
export const serviceSettings = {
  spoolDir: {
    flag: "spool-dir",
    variables: ["SPOOL_DIR"],
    kind: { type: "folder" },
    hint: "DIR",
    description: "the spool; it and its sub-folders are made if missing",
    elsewhere: "the spool",
    required: true,
    logged: "spool_dir",
  },
  databaseUrl: {
    flag: "database",
    variables: ["DATABASE_URL", "DB_NAME …", "DB_DEFAULT", "DB_DEFAULT_NAME …"],
    kind: { type: "database" },
    hint: "URL",
    description: urlForms,
    default: "sqlite:kernelci.db",
    logged: "database",
  },
  maxWorkers: {
    flag: "max-workers",
    kind: { type: "whole", min: 1, max: 256 },
    hint: "N",
    description: "prepare at most N files in parallel",
    default: "5",
    logged: "max_workers",
  },
  intervalMs: {
    flag: "interval",
    kind: { type: "seconds", min: 0.05, max: 86_400 },
    hint: "S",
    description: "time between scans when nothing wakes the service earlier: 5, 5s, 250ms, 2m",
    default: "5",
    logged: "interval_s",
  },
  treesFile: {
    flag: "trees-file",
    kind: { type: "file" },
    hint: "FILE",
    description: "standard tree names, YAML `trees: NAME: url: URL`",
    defaultWords: "/app/tree-names.yaml, /app/trees.yaml, else built in",
    logged: "trees_file",
    loggedAbsent: "built-in",
  },
  treesFromDatabase: {
    flag: "trees-from-database",
    variables: ["TREES_FROM_DATABASE"],
    kind: { type: "switch" },
    description:
      "name trees also from the checkouts in the database, as they are at the start; names of the file count first",
    logged: "trees_from_database",
  },
  maxFileBytes: {
    flag: "max-file-size",
    kind: { type: "bytes" },
    hint: "SIZE",
    description: "refuse larger files",
    default: "512M",
    logged: "max_file_bytes",
  },
  maxMemoryBytes: {
    flag: "max-memory",
    // With less, good submissions of usual sizes would be refused.
    kind: { type: "bytes", minBytes: 128 * 2 ** 20 },
    hint: "SIZE",
    description:
      "memory to keep to: batches and large files share it, and an object that would take too much of it is refused",
    elsewhere: "refuse objects that would take too much of it (1G)",
    defaultWords: "three quarters of what there is, at most 1G",
    logged: "max_memory_bytes",
  },
  compressArchive: {
    flag: "compress-archive",
    kind: { type: "switch" },
    description:
      "keep archived files as NAME.json.zst, where the REST receiver's GET /status does not find them; gc --pack saves the room later",
    logged: "compress_archive",
  },
  reasonPlace: {
    flag: "reason-files",
    variables: ["REASON_FILES"],
    kind: { type: "words", words: ["beside", "apart"] },
    description:
      "where it is written why a file is refused: beside it, or apart in failed/.reasons/, where programs that count the files of failed/ do not meet it",
    default: "beside",
    logged: "reason_files",
  },
  refusedHook: {
    flag: "refused-hook",
    variables: ["INGESTER_REFUSED_HOOK"],
    kind: { type: "hook" },
    hint: "HOOK",
    description:
      "tell of each refused file: a command, which gets JSON lines, or an http(s) URL, which gets a POST",
    logged: "refused_hook",
  },
  once: {
    flag: "once",
    kind: { type: "switch" },
    description: "ingest all that is there, then exit",
    logged: "once",
  },
  standby: {
    flag: "standby",
    variables: ["INGESTER_STANDBY"],
    kind: { type: "switch" },
    description: "wait while another service has the spool, and take over when that ends",
    logged: "standby",
  },
  results: {
    flag: "results",
    variables: ["INGESTER_RESULTS"],
    kind: { type: "switch" },
    description: "show what was ingested beside the status page, and answer kci-dev below /api/",
    logged: "results",
  },
} as const satisfies Declarations;

/** Where metrics, health and the status page are served. */
export const metricsSettings = {
  port: {
    flag: "metrics-port",
    variables: ["INGESTER_METRICS_PORT"],
    kind: { type: "whole", min: 0, max: 65_535 },
    hint: "PORT",
    description: "metrics, health and status page; 0 = off",
    default: "8002",
    onceDefault: "0",
    defaultWords: "8002, off with --once",
  },
  host: {
    flag: "metrics-host",
    variables: ["INGESTER_METRICS_HOST"],
    kind: { type: "text" },
    hint: "HOST",
    description: "where they are served",
    default: "127.0.0.1",
  },
} as const satisfies Declarations;

/** How the service logs; `readConfig` makes one `verbosity` of both switches. */
export const logSettings = {
  format: {
    flag: "log-format",
    kind: { type: "words", words: ["text", "json"] },
    description: "how to log; json: one object a line, nothing else",
    default: "text",
  },
  verbose: {
    flag: "verbose",
    variables: ["VERBOSE"],
    kind: { type: "switch" },
    description: "log every file",
  },
  quiet: {
    flag: "quiet",
    kind: { type: "switch" },
    description: "log warnings and errors only",
  },
  isPlain: {
    variables: ["NO_COLOR"],
    kind: { type: "presence" },
    description: "whatever it holds: no bar, no colours",
  },
} as const satisfies Declarations;

/** How log excerpts go to the storage server. */
export const excerptSettings = {
  token: {
    variables: ["STORAGE_TOKEN"],
    kind: { type: "text" },
    description:
      "with it, long log excerpts go to the storage server; without it they are stored inline",
    secret: true,
    logged: "storage_token",
  },
  baseUrl: {
    variables: ["STORAGE_BASE_URL"],
    kind: { type: "http-url" },
    description: "the storage server",
    default: "https://files-staging.kernelci.org",
    logged: "excerpts",
  },
  converts: {
    variables: ["CONVERT_LOG_EXCERPT"],
    kind: { type: "switch" },
    description: "`false` keeps excerpts inline in spite of a token",
    default: "on",
  },
  thresholdBytes: {
    variables: ["LOGEXCERPT_THRESHOLD"],
    kind: { type: "whole", min: 0, max: 2 ** 31 },
    description: "bytes that an excerpt may have and stay inline",
    default: "256",
    logged: "excerpt_threshold_bytes",
  },
  cacheEntries: {
    variables: ["CACHE_LOGS_SIZE_LIMIT"],
    kind: { type: "whole", min: 1, max: 10_000_000 },
    description: "texts that are remembered as stored",
    default: "100000",
  },
} as const satisfies Declarations;

/** All that have a flag of `monitor`, in the order of its help. */
export const monitorSettings = {
  ...serviceSettings,
  metricsPort: metricsSettings.port,
  metricsHost: metricsSettings.host,
  logFormat: logSettings.format,
  verbose: logSettings.verbose,
  quiet: logSettings.quiet,
} as const satisfies Declarations;
