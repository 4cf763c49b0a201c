/** Series by their names without instance and job, as promtool writes values. */
export type Series = Readonly<Record<string, string>>;

/** An alert that fires: its labels but for job and severity, and its summary. */
export interface Firing {
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** How many values each series has. */
export const steps = 120;

/** An instance that is well and has work to do. */
export const well: Series = {
  up: "1x120",
  "kcidb_ingester_build_info{version='1'}": "1x120",
  kcidb_ingester_ready: "1x120",
  kcidb_ingester_database_up: "1x120",
  kcidb_ingester_spool_up: "1x120",
  ...ofDisks("kcidb_ingester_disk_full", "0x120"),
  ...ofDisks("kcidb_ingester_disk_free_bytes", "50x120"),
  ...ofDisks("kcidb_ingester_disk_size_bytes", "100x120"),
  ...ofDisks("kcidb_ingester_disk_free_inodes", "50x120"),
  ...ofDisks("kcidb_ingester_disk_inodes", "100x120"),
  "kcidb_ingestion_queue{ingester='django'}": "5x120",
  kcidb_ingester_oldest_file_age_seconds: "3x120",
  kcidb_ingester_last_success_timestamp_seconds: "0+60x120",
  "kcidb_ingestions_total{ingester='django'}": "0+100x120",
  "kcidb_ingester_files_failed_total{reason='invalid'}": "0x120",
  "kcidb_ingester_files_failed_total{reason='database'}": "0x120",
  kcidb_ingester_overlong_objects_total: "0x120",
  "kcidb_ingester_worker_failures_total{ingester='django',reason='exception'}": "0x120",
  "kcidb_ingester_worker_failures_total{ingester='django',reason='signal'}": "0x120",
  "kcidb_ingester_excerpt_uploads_total{result='uploaded'}": "0+9x120",
  "kcidb_ingester_excerpt_uploads_total{result='inline_failed'}": "0x120",
  "kcidb_ingester_origin_last_seen_timestamp_seconds{origin='maestro'}": "0+60x120",
};

export const queue = "kcidb_ingestion_queue{ingester='django'}";
export const lastSuccess = "kcidb_ingester_last_success_timestamp_seconds";
export const invalid = "kcidb_ingester_files_failed_total{reason='invalid'}";
export const ingestions = "kcidb_ingestions_total{ingester='django'}";
export const lastSeen = (origin: string) =>
  `kcidb_ingester_origin_last_seen_timestamp_seconds{origin='${origin}'}`;

/** Every series of an instance ends at a minute; Prometheus notes that it is down. */
export function deadFrom(minute: number): Series {
  const cut = Object.entries(well).map(([name, values]) => {
    const [, start = "", step = "+0"] = /^(\d+)(\+\d+)?x/.exec(values) ?? [];
    return [
      name,
      name === "up" ? `1x${minute - 1} 0x${steps}` : `${start}${step}x${minute - 1} stale`,
    ];
  });
  return Object.fromEntries(cut);
}

/** What an instance tells that stands by: nothing of queue, spool and database. */
export const standby: Series = {
  ...Object.fromEntries(Object.keys(well).map((name) => [name, "_x120"])),
  ...{
    up: "1x120",
    "kcidb_ingester_build_info{version='1'}": "1x120",
    kcidb_ingester_standby: "1x120",
  },
};

export const away = (instance: string): Firing => ({
  alert: "KciIngesterAway",
  labels: { instance },
  summary: `The ingester on ${instance} does not answer`,
});
export const nobody: Firing = {
  alert: "KciIngesterAway",
  labels: {},
  summary: "No ingester answers",
};
export const databaseAway: Firing = {
  alert: "KciIngesterDatabaseAway",
  labels: { instance: "a" },
  summary: "The ingester on a cannot use its database",
};
export const spoolAway: Firing = {
  alert: "KciIngesterSpoolAway",
  labels: { instance: "a" },
  summary: "The ingester on a cannot use its spool",
};
export const full = (disk: string): Firing => ({
  alert: "KciIngesterDiskFull",
  labels: { instance: "a", disk },
  summary: `The disk of the ingester's ${disk} on a is full or almost full`,
});
export const low = (disk: string, free: string): Firing => ({
  alert: "KciIngesterDiskLow",
  labels: { instance: "a", disk },
  summary: `The disk of the ingester's ${disk} on a is filling up: ${free} free`,
});
export const stalled: Firing = {
  alert: "KciIngesterStalled",
  labels: { instance: "a", ingester: "django" },
  summary: "None of 12 waiting files on a has been ingested",
};
export const refuses: Firing = {
  alert: "KciIngesterRefuses",
  labels: { instance: "a", reason: "invalid" },
  summary: "Submissions on a are refused (invalid)",
};
export const refusesMany = (share: string): Firing => ({
  alert: "KciIngesterRefusesMany",
  labels: { instance: "a" },
  summary: `${share} of the submissions on a are refused`,
});

// --- internal ---

function ofDisks(name: string, values: string): Series {
  const disks = ["spool", "archive", "failed", "database"];
  return Object.fromEntries(disks.map((disk) => [`${name}{disk='${disk}'}`, values]));
}
