import type {
  RefusalGroup,
  ServiceState,
  ShownRefusal,
  Snapshot,
} from "../../../src/observe/state.ts";

/** What a submitter may try: markup, 10 kB, text from right to left with marks that turn it round. */
export const hostileTexts = [
  '<script>document.title = "owned"</script>',
  `"'><img src=x onerror="document.title='owned'">`,
  `${"long ".repeat(1000)}${"x".repeat(5000)}`,
  "\u202eתוצאות הבדיקה\u202c \u2067مرحبا",
  "</title></bdi></li><style>*{display:none}</style>",
  "line\u0000one\r\n\u001b[31mtwo\u0007",
] as const;

/** As the service groups them: each of these is a kind of its own. */
export function groupsOf(refusals: readonly ShownRefusal[]): RefusalGroup[] {
  return refusals.map((one, at) => ({
    kind: ["unknown-field", "enum", "cut-off"][at] ?? `kind-${at}`,
    files: [412, 3, 1][at] ?? 1,
    origins: one.origins,
    newest: [one],
  }));
}

export function refusedSample(text: string, whenMs: number): ShownRefusal {
  return {
    file: `${text}.json`,
    origins: [text],
    reason: "invalid",
    message: `$.tests[0].status: ${text}`,
    whenMs,
    issues: [
      {
        path: `$.tests[0]["${text}"]`,
        line: 12,
        column: 3,
        code: "type",
        expected: "one of FAIL, ERROR, MISS, PASS, DONE, SKIP",
        got: text,
        hint: `leave ${text} out`,
      },
    ],
    issueCount: 3,
  };
}

const nowMs = Date.now();

/** A service that has just started and has nothing to do. */
export const emptySnapshot: Snapshot = {
  version: "0.1.0",
  commit: "8048a37",
  startedAtMs: nowMs - 4000,
  spool: { directory: "/srv/spool", waiting: 0, inFlight: 0, bytes: 0, archived: 0, failed: 0 },
  totals: { files: 0, objects: 0, bytes: 0, refused: 0, retried: 0 },
  origins: [],
  latency: {},
  refused: [],
  folders: { target: "/srv/spool", state: "up", sinceMs: nowMs - 4000 },
  database: { target: "postgres://kci:***@db:5432/kci", state: "up", sinceMs: nowMs - 4000 },
  storage: {
    target: "no STORAGE_TOKEN",
    state: "off",
    message: "excerpts stay in the rows",
    sinceMs: nowMs - 4000,
  },
  disks: [],
  configuration: [
    ["spool-dir", "/srv/spool"],
    ["max-workers", "5"],
    ["interval", "5 s"],
    ["database", "postgres://kci:***@db:5432/kci"],
    ["storage token", "***"],
  ],
};

/** A service in the middle of a backlog of ten thousand files. */
export const busySnapshot: Snapshot = {
  ...emptySnapshot,
  startedAtMs: nowMs - 7_300_000,
  spool: {
    directory: "/srv/spool",
    waiting: 9_960,
    inFlight: 40,
    bytes: 812_400_000,
    oldestAgeSeconds: 754,
    archived: 182_331,
    failed: 17,
  },
  totals: { files: 182_331, objects: 4_913_202, bytes: 21_300_000_000, refused: 17, retried: 2 },
  origins: [
    ["maestro", 2_871_002, 120_311, 8_400],
    ["linaro", 911_231, 31_221, 2_100],
    ["redhat", 701_200, 8_800, 1_022],
    ["broonie", 91_321, 4_400, 612],
    ["microsoft", 66_100, 1_700, 233],
    ["ti", 2_204, 320, 51],
    ["0dayci", 0, 910, 64],
  ].map(([origin, tests, builds, checkouts], index) => ({
    origin: String(origin),
    tests: Number(tests),
    builds: Number(builds),
    checkouts: Number(checkouts),
    issues: index === 0 ? 214 : 0,
    incidents: index === 0 ? 3_120 : 0,
    lastSeenMs: nowMs - index * index * 47_000,
    lookedAt: index === 6 ? 0 : 1_204 - 170 * index,
    warned: index === 4 ? 38 : 0,
    warnings: index === 4 ? { "future-time": 36, "no-path": 2 } : {},
  })),
  latency: { medianSeconds: 0.42, p95Seconds: 1.87 },
  refused: groupsOf(
    [
      [
        "submission-46dvPnrOUeiaXi13Lh4KswlBSEUXQY2r.json",
        "0dayci",
        "$.builds[3].config_url: expected a URI, got null",
      ],
      [
        "submission-eU1VycDzspEpoms7O6ES3AmAm9PcUhE6.json",
        "redhat",
        '$.tests[118].status: expected one of FAIL, ERROR, MISS, PASS, DONE, SKIP, got "pass"',
      ],
      ["lab-run-2026-11-23.json", "ti", "the file ends inside the JSON text"],
    ].map(
      ([file = "", origin = "", message = ""], index) =>
        ({
          ...refusedSample("status", nowMs - 40_000 - index * 1_900_000),
          file,
          origins: [origin],
          message,
          reason: index === 2 ? "cut-off" : "invalid",
        }) as const,
    ),
  ),
  storage: {
    target: "https://files-staging.kernelci.org",
    state: "up",
    sinceMs: nowMs - 7_300_000,
  },
};

/** The database has gone away in the middle of the backlog. */
export const outageSnapshot: Snapshot = {
  ...busySnapshot,
  database: {
    target: "postgres://kci:***@db:5432/kci",
    state: "down",
    message: "connect ECONNREFUSED 10.0.0.7:5432; files stay in the spool, next try in 8 s",
    sinceMs: nowMs - 95_000,
  },
};

/** A service whose snapshot and readiness a test sets as it likes. */
export class StandInState implements ServiceState {
  now: Snapshot = emptySnapshot;
  reason: string | undefined = undefined;

  snapshot(): Snapshot {
    return this.now;
  }

  ready(): string | undefined {
    return this.reason;
  }
}
