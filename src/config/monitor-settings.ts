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
    description: "the spool folder; created with its subfolders if missing",
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
    description: "process at most N files in parallel",
    default: "5",
    logged: "max_workers",
  },
  intervalMs: {
    flag: "interval",
    kind: { type: "seconds", min: 0.05, max: 86_400 },
    hint: "S",
    description:
      "time between scans of the spool; new files are usually noticed sooner: 5, 5s, 250ms, 2m",
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
      "also take tree names from the checkouts in the database, read once at startup; the trees file takes precedence",
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
      "memory limit, shared by batches and large files; a file is refused if one of its objects needs too much",
    elsewhere: "refuse objects that need too much memory",
    defaultWords: "three quarters of the available memory, at most 1G",
    logged: "max_memory_bytes",
  },
  compressArchive: {
    flag: "compress-archive",
    kind: { type: "switch" },
    description:
      "compress archived files to NAME.json.zst; the REST receiver's GET /status does not find those, so prefer gc --pack",
    logged: "compress_archive",
  },
  reasonPlace: {
    flag: "reason-files",
    variables: ["REASON_FILES"],
    kind: { type: "words", words: ["beside", "apart"] },
    description:
      "where to write why a file was refused: next to the file, or apart in failed/.reasons/, out of the way of programs that count the files in failed/",
    default: "beside",
    logged: "reason_files",
  },
  refusedHook: {
    flag: "refused-hook",
    variables: ["INGESTER_REFUSED_HOOK"],
    kind: { type: "hook" },
    hint: "HOOK",
    description:
      "report each refused file to a command (JSON lines on stdin) or an http(s) URL (POST)",
    logged: "refused_hook",
  },
  once: {
    flag: "once",
    kind: { type: "switch" },
    description: "ingest everything in the spool, then exit",
    logged: "once",
  },
  standby: {
    flag: "standby",
    variables: ["INGESTER_STANDBY"],
    kind: { type: "switch" },
    description:
      "hot standby: wait while another service holds the spool, and take over when it ends",
    logged: "standby",
  },
  results: {
    flag: "results",
    variables: ["INGESTER_RESULTS"],
    kind: { type: "switch" },
    description: "serve results next to the status page, and answer kci-dev under /api/",
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
    description: "port for metrics, health checks and the status page; 0 = off",
    default: "8002",
    onceDefault: "0",
    defaultWords: "8002, off with --once",
  },
  host: {
    flag: "metrics-host",
    variables: ["INGESTER_METRICS_HOST"],
    kind: { type: "text" },
    hint: "HOST",
    description: "address to serve them on",
    default: "127.0.0.1",
  },
} as const satisfies Declarations;

/** How the service logs; `readConfig` makes one `verbosity` of both switches. */
export const logSettings = {
  format: {
    flag: "log-format",
    kind: { type: "words", words: ["text", "json"] },
    description: "log format; json: one object per line and nothing else",
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
    description: "log only warnings and errors",
  },
  isPlain: {
    variables: ["NO_COLOR"],
    kind: { type: "presence" },
    description: "set to anything: no colours, no progress bar",
  },
} as const satisfies Declarations;

/** How log excerpts go to the storage server. */
export const excerptSettings = {
  token: {
    variables: ["STORAGE_TOKEN"],
    kind: { type: "text" },
    description:
      "enables uploads of long log excerpts to the storage server; without it they are stored inline",
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
    description: "`false` keeps excerpts inline even if there is a token",
    default: "on",
  },
  thresholdBytes: {
    variables: ["LOGEXCERPT_THRESHOLD"],
    kind: { type: "whole", min: 0, max: 2 ** 31 },
    description: "excerpts up to this many bytes stay inline",
    default: "256",
    logged: "excerpt_threshold_bytes",
  },
  cacheEntries: {
    variables: ["CACHE_LOGS_SIZE_LIMIT"],
    kind: { type: "whole", min: 1, max: 10_000_000 },
    description: "number of uploaded texts to remember, so that they are not uploaded again",
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
