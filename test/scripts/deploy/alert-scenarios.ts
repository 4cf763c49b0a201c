import {
  away,
  databaseAway,
  deadFrom,
  type Firing,
  full,
  ingestions,
  invalid,
  lastSeen,
  lastSuccess,
  low,
  nobody,
  queue,
  refuses,
  refusesMany,
  type Series,
  spoolAway,
  stalled,
  standby,
} from "./alert-series.ts";

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
          summary: "The ingester on a makes no progress",
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
          summary: "The oldest submission on a has been waiting for 45m 0s",
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
    name: "an object is stored that the dashboard's aggregation cannot take",
    a: { kcidb_ingester_overlong_objects_total: "0x9 2x110" },
    b: {},
    fires: {
      9: [],
      11: [
        {
          alert: "KciIngesterOverlongObjects",
          labels: { instance: "a" },
          summary: "The dashboard's aggregation may stop at an object that a has stored",
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
          summary: "Workers of the ingester on a are dying (signal)",
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
