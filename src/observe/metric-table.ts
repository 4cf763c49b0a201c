/** One metric family: what Prometheus is told of it. */
export interface MetricSpec {
  readonly type: "counter" | "gauge" | "histogram";
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/**
 * Every metric of the service, once. The first nine keep the names and labels that today's
 * dashboards and scrapers read; the others are prefixed with the program's name.
 */
export const metricTable = {
  ingestions: counter("kcidb_ingestions_total", "Submissions ingested.", ["ingester"]),
  checkouts: counter("kcidb_checkouts_total", "Checkouts ingested.", ["ingester", "origin"]),
  issues: counter("kcidb_issues_total", "Issues ingested.", ["ingester", "origin"]),
  incidents: counter("kcidb_incidents_total", "Incidents ingested.", ["ingester", "origin"]),
  builds: counter("kcidb_builds_total", "Builds ingested.", ["ingester", "origin", "lab"]),
  tests: counter("kcidb_tests_total", "Tests ingested.", ["ingester", "origin", "lab", "platform"]),
  workerFailures: counter(
    "kcidb_ingester_worker_failures_total",
    "Workers that died, by cause: an exception or a signal.",
    ["ingester", "reason"],
  ),
  queue: gauge("kcidb_ingestion_queue", "Submissions found and not yet ingested or refused.", [
    "ingester",
  ]),
  bytes: counter("kcidb_ingester_ingested_bytes_total", "Bytes of the submissions ingested.", []),
  overlong: counter(
    "kcidb_ingester_overlong_objects_total",
    "Ingested objects whose texts are together too long for the dashboard's aggregation.",
    [],
  ),
  lookedAt: counter(
    "kcidb_ingester_submissions_looked_at_total",
    "Ingested submissions that were checked for warnings: all at low rates, a sample at high rates.",
    ["origin"],
  ),
  warnings: counter(
    "kcidb_ingester_submission_warnings_total",
    "Checked submissions with a warning of validate, by kind.",
    ["origin", "kind"],
  ),
  filesFailed: counter(
    "kcidb_ingester_files_failed_total",
    "Submissions refused permanently, by reason.",
    ["reason"],
  ),
  filesRetried: counter(
    "kcidb_ingester_files_retried_total",
    "Times a submission was left in the spool to be retried, by reason.",
    ["reason"],
  ),
  spoolFiles: gauge(
    "kcidb_ingester_spool_files",
    "Files in the spool, by state; archived and failed count since the start.",
    ["state"],
  ),
  spoolBytes: gauge("kcidb_ingester_spool_bytes", "Bytes of the waiting submissions.", []),
  oldestFileAge: gauge(
    "kcidb_ingester_oldest_file_age_seconds",
    "Age of the oldest waiting submission; 0 if none is waiting.",
    [],
  ),
  lastSuccess: gauge(
    "kcidb_ingester_last_success_timestamp_seconds",
    "Unix time of the last ingestion, by this process or an earlier one; 0 means never.",
    [],
  ),
  duration: {
    type: "histogram",
    name: "kcidb_ingester_ingest_duration_seconds",
    help: "Time a submission spent in each stage.",
    labels: ["stage"],
  },
  databaseRetries: counter(
    "kcidb_ingester_db_retries_total",
    "Transactions retried, by class of the database's error code; unknown if it gave none.",
    ["sqlstate_class"],
  ),
  excerptUploads: counter(
    "kcidb_ingester_excerpt_uploads_total",
    "Log excerpts sent to the storage server, by result.",
    ["result"],
  ),
  refusedHook: counter(
    "kcidb_ingester_refused_hook_total",
    "Refusals to report with --refused-hook, by result: told or lost.",
    ["result"],
  ),
  originLastSeen: gauge(
    "kcidb_ingester_origin_last_seen_timestamp_seconds",
    "Unix time of the last ingestion from this origin.",
    ["origin"],
  ),
  standby: gauge(
    "kcidb_ingester_standby",
    "1 while the process is a standby for the service that holds the spool, else 0.",
    [],
  ),
  databaseUp: gauge(
    "kcidb_ingester_database_up",
    "1 while the database is reachable and accepts rows, else 0.",
    [],
  ),
  spoolUp: gauge("kcidb_ingester_spool_up", "1 while the spool folders are usable, else 0.", []),
  ready: gauge("kcidb_ingester_ready", "1 while /ready reports ready, else 0.", []),
  memoryLimit: gauge(
    "kcidb_ingester_memory_limit_bytes",
    "Memory limit of the service: --max-memory.",
    [],
  ),
  diskFreeBytes: gauge(
    "kcidb_ingester_disk_free_bytes",
    "Free bytes, by what is stored on the disk; disks of other machines are not seen.",
    ["disk"],
  ),
  diskSize: gauge("kcidb_ingester_disk_size_bytes", "Size of the disk in bytes.", ["disk"]),
  diskFreeInodes: gauge(
    "kcidb_ingester_disk_free_inodes",
    "Free inodes of the disk; absent if it has no such limit.",
    ["disk"],
  ),
  diskInodes: gauge("kcidb_ingester_disk_inodes", "Total inodes of the disk.", ["disk"]),
  diskFull: gauge(
    "kcidb_ingester_disk_full",
    "1 while less than 1 % of the disk is free or it cannot be written, else 0.",
    ["disk"],
  ),
  buildInfo: gauge(
    "kcidb_ingester_build_info",
    "Always 1; the labels say which build is running.",
    ["version", "commit"],
  ),
  processCpu: counter("process_cpu_seconds_total", "CPU time of the process.", []),
  processMemory: gauge("process_resident_memory_bytes", "Resident memory of the process.", []),
  processStart: gauge("process_start_time_seconds", "Unix time when the process started.", []),
  processOpenFds: gauge("process_open_fds", "Open file descriptors of the process.", []),
} as const satisfies Record<string, MetricSpec>;

/** A metric by its name within the program. */
export type MetricKey = keyof typeof metricTable;

/** The stages of a submission's way that `kcidb_ingester_ingest_duration_seconds` knows. */
export const ingestStages = ["wait", "prepare", "write"] as const;
/** A stage of ingestion whose time is measured. */
export type IngestStage = (typeof ingestStages)[number];

/** Upper bounds of the histogram's buckets in seconds: a small file takes a millisecond, a huge one a minute. */
export const durationBuckets = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];

// --- internal ---

function counter<const L extends readonly string[]>(name: string, help: string, labels: L) {
  return { type: "counter", name, help, labels } as const;
}

function gauge<const L extends readonly string[]>(name: string, help: string, labels: L) {
  return { type: "gauge", name, help, labels } as const;
}
