/** Series by their names without instance and job, as promtool writes values. */
type Series = Readonly<Record<string, string>>;

/** An alert that fires: its labels but for job and severity, and its summary. */
export interface Firing {
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** What happens to two ingesters, and which alerts fire then; no others do. */
export interface Scenario {
  readonly name: string;
  /** Minutes between two values; 1 where it is not given. */
  readonly stepMinutes?: number;
  /** What differs from an instance that is well; absent: there is no such instance. */
  readonly a?: Series;
  readonly b?: Series;
  /** By minute. */
  readonly fires: Readonly<Record<number, readonly Firing[]>>;
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
  "kcidb_ingester_worker_failures_total{ingester='django',reason='exception'}": "0x120",
  "kcidb_ingester_worker_failures_total{ingester='django',reason='signal'}": "0x120",
  "kcidb_ingester_excerpt_uploads_total{result='uploaded'}": "0+9x120",
  "kcidb_ingester_excerpt_uploads_total{result='inline_failed'}": "0x120",
  "kcidb_ingester_origin_last_seen_timestamp_seconds{origin='maestro'}": "0+60x120",
};

const queue = "kcidb_ingestion_queue{ingester='django'}";
const lastSuccess = "kcidb_ingester_last_success_timestamp_seconds";
const invalid = "kcidb_ingester_files_failed_total{reason='invalid'}";
const ingestions = "kcidb_ingestions_total{ingester='django'}";
const lastSeen = (origin: string) =>
  `kcidb_ingester_origin_last_seen_timestamp_seconds{origin='${origin}'}`;

/** Every series of an instance ends at a minute; Prometheus notes that it is down. */
function deadFrom(minute: number): Series {
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
const standby: Series = {
  ...Object.fromEntries(Object.keys(well).map((name) => [name, "_x120"])),
  ...{
    up: "1x120",
    "kcidb_ingester_build_info{version='1'}": "1x120",
    kcidb_ingester_standby: "1x120",
  },
};

const away = (instance: string): Firing => ({
  alert: "KciIngesterAway",
  labels: { instance },
  summary: `The ingester on ${instance} does not answer`,
});
const nobody: Firing = { alert: "KciIngesterAway", labels: {}, summary: "No ingester answers" };
const databaseAway: Firing = {
  alert: "KciIngesterDatabaseAway",
  labels: { instance: "a" },
  summary: "The ingester on a cannot use its database",
};
const spoolAway: Firing = {
  alert: "KciIngesterSpoolAway",
  labels: { instance: "a" },
  summary: "The ingester on a cannot use its spool",
};
const full = (disk: string): Firing => ({
  alert: "KciIngesterDiskFull",
  labels: { instance: "a", disk },
  summary: `The disk of the ingester's ${disk} on a is full, or nearly so`,
});
const low = (disk: string, free: string): Firing => ({
  alert: "KciIngesterDiskLow",
  labels: { instance: "a", disk },
  summary: `The disk of the ingester's ${disk} on a fills: ${free} is free`,
});
const stalled: Firing = {
  alert: "KciIngesterStalled",
  labels: { instance: "a", ingester: "django" },
  summary: "Nothing has gone in for 12 files that wait on a",
};
const refuses: Firing = {
  alert: "KciIngesterRefuses",
  labels: { instance: "a", reason: "invalid" },
  summary: "Submissions on a are refused (invalid)",
};
const refusesMany = (share: string): Firing => ({
  alert: "KciIngesterRefusesMany",
  labels: { instance: "a" },
  summary: `${share} of the submissions on a are refused`,
});

export const scenarios: readonly Scenario[] = [
  { name: "all is well", a: {}, b: {}, fires: { 1: [], 30: [], 90: [] } },
  {
    name: "one stands by for the other",
    a: {},
    b: standby,
    fires: { 30: [], 90: [] },
  },
  {
    name: "one of two dies with work in hand",
    a: {},
    b: deadFrom(20),
    fires: { 19: [], 24: [], 26: [away("b")], 36: [away("b")], 60: [away("b")], 90: [away("b")] },
  },
  {
    name: "both die",
    a: deadFrom(20),
    b: deadFrom(20),
    fires: { 24: [], 26: [away("a"), away("b")] },
  },
  { name: "nobody has ever seen one", fires: { 4: [], 6: [nobody] } },
  {
    name: "one of two is dead for more than a day",
    stepMinutes: 30,
    a: {},
    b: deadFrom(4),
    fires: { 600: [away("b")], 3300: [away("b")] },
  },
  {
    name: "the only one is dead for more than a day",
    stepMinutes: 30,
    a: deadFrom(4),
    fires: { 600: [away("a")], 3300: [nobody] },
  },
  {
    name: "the database goes away for a minute, and then for good",
    a: { kcidb_ingester_ready: "1 0 1 1 0x110", kcidb_ingester_database_up: "1 0 1 1 0x110" },
    b: {},
    fires: { 3: [], 5: [], 7: [databaseAway] },
  },
  {
    name: "the disk of the database is full, and the database takes nothing",
    a: {
      kcidb_ingester_ready: "1x9 0x110",
      kcidb_ingester_database_up: "1x9 0x110",
      "kcidb_ingester_disk_full{disk='database'}": "0x9 1x110",
      "kcidb_ingester_disk_free_bytes{disk='database'}": "50x9 0x110",
    },
    b: {},
    fires: { 9: [], 12: [full("database")], 20: [full("database")] },
  },
  {
    name: "the spool fails for a minute, and then for good",
    a: { kcidb_ingester_ready: "1 0 1 1 0x110", kcidb_ingester_spool_up: "1 0 1 1 0x110" },
    b: {},
    fires: { 3: [], 5: [], 7: [spoolAway] },
  },
  {
    name: "the disk of archive/ is full, and nothing can be moved there",
    a: {
      kcidb_ingester_ready: "0x110",
      kcidb_ingester_spool_up: "0x110",
      "kcidb_ingester_disk_full{disk='archive'}": "1x110",
    },
    b: {},
    fires: { 0: [], 2: [full("archive")], 10: [full("archive")] },
  },
  {
    name: "a disk fills: 6 %, 4 % and next to nothing are free",
    a: {
      "kcidb_ingester_disk_free_bytes{disk='spool'}": "6x9 4x29 0.9x80",
      "kcidb_ingester_disk_full{disk='spool'}": "0x39 1x80",
    },
    b: {},
    fires: { 9: [], 14: [], 16: [low("spool", "4%")], 42: [full("spool")] },
  },
  {
    name: "a disk has bytes enough, and hardly an inode",
    a: { "kcidb_ingester_disk_free_inodes{disk='archive'}": "3x120" },
    b: {},
    fires: { 4: [], 6: [low("archive", "3%")] },
  },
  {
    name: "files wait and none has ever gone in",
    a: { [queue]: "12x120", [lastSuccess]: "0x120" },
    b: {},
    fires: { 10: [], 16: [stalled], 30: [stalled] },
  },
  {
    name: "files wait, and the ingester starts again every few minutes",
    a: {
      [queue]: "12x2 _ 12x2 _ 12x2 _ 12x2 _ 12x2 _ 12x2 _ 12x2 _",
      [lastSuccess]: "0 _ _ 0 _ _ 0 _ _ 0 _ _ 0 _ _ 0 _ _ 0 _ _ 0 _ _ 0",
    },
    b: {},
    fires: { 10: [], 17: [stalled], 20: [stalled] },
  },
  {
    name: "the queue is empty for a night",
    a: { [queue]: "0x120", [lastSuccess]: "60x120", [ingestions]: "7x120" },
    b: {},
    fires: { 90: [] },
  },
  {
    name: "the ingester hangs, though database and spool are well",
    a: { kcidb_ingester_ready: "1x9 0x110" },
    b: {},
    fires: {
      14: [],
      16: [
        {
          alert: "KciIngesterHangs",
          labels: { instance: "a" },
          summary: "The ingester on a does nothing",
        },
      ],
    },
  },
  {
    name: "the oldest file waits longer and longer",
    a: { kcidb_ingester_oldest_file_age_seconds: "0+60x120" },
    b: {},
    fires: {
      35: [],
      45: [
        {
          alert: "KciIngesterBehind",
          labels: { instance: "a" },
          summary: "The oldest submission on a has waited 45m 0s",
        },
      ],
    },
  },
  {
    name: "one submission is refused, the first since the start",
    a: { [invalid]: "0x9 1x110" },
    b: {},
    fires: { 9: [], 11: [refuses], 20: [refuses], 40: [] },
  },
  {
    name: "one submission in four is refused",
    a: { [invalid]: "0+1x120", [ingestions]: "0+3x120" },
    b: {},
    fires: { 10: [refuses], 40: [refuses, refusesMany("25%")] },
  },
  {
    name: "every submission is refused, and none has gone in since the start",
    a: { [invalid]: "0+1x120", [ingestions]: "0x120", [queue]: "0x120", [lastSuccess]: "0x120" },
    b: {},
    fires: {
      20: [refuses, refusesMany("100%")],
      40: [
        refuses,
        refusesMany("100%"),
        {
          alert: "KciIngesterCommitsNothing",
          labels: { instance: "a" },
          summary: "Every submission that came to a in the last hour was refused",
        },
      ],
    },
  },
  {
    name: "workers die one after the other",
    a: { "kcidb_ingester_worker_failures_total{ingester='django',reason='signal'}": "0+1x120" },
    b: {},
    fires: {
      2: [],
      10: [
        {
          alert: "KciIngesterWorkersDie",
          labels: { instance: "a", ingester: "django", reason: "signal" },
          summary: "Workers of the ingester on a die (signal)",
        },
      ],
    },
  },
  {
    name: "the storage server takes nothing",
    a: {
      "kcidb_ingester_excerpt_uploads_total{result='uploaded'}": "0x120",
      "kcidb_ingester_excerpt_uploads_total{result='inline_failed'}": "0+5x120",
    },
    b: {},
    fires: {
      20: [],
      50: [
        {
          alert: "KciIngesterExcerptsInline",
          labels: { instance: "a" },
          summary: "Log excerpts on a stay in the database",
        },
      ],
    },
  },
  {
    name: "an origin falls silent for a day, another is known to one instance alone",
    stepMinutes: 30,
    a: { up: "1x120", [lastSeen("ti")]: "0x120", [lastSeen("maestro")]: "0x120" },
    b: { up: "1x120", [lastSeen("ti")]: "0x120", [lastSeen("maestro")]: "0+1800x120" },
    fires: {
      1200: [],
      1500: [
        {
          alert: "KciOriginSilent",
          labels: { origin: "ti" },
          summary: "ti has sent nothing for 1d 1h 0m 0s",
        },
      ],
    },
  },
];

function ofDisks(name: string, values: string): Series {
  const disks = ["spool", "archive", "failed", "database"];
  return Object.fromEntries(disks.map((disk) => [`${name}{disk='${disk}'}`, values]));
}
