import { describe, expect, test } from "bun:test";
import { faultClasses } from "../../src/base/fault.ts";
import type { DiskName } from "../../src/observe/disks.ts";
import { Metrics } from "../../src/observe/metrics.ts";
import { tallySubmission } from "../../src/prepare/tally.ts";
import { excerptResults } from "../../src/storage/result.ts";
import { sqlStates } from "../../src/store/postgres/classify.ts";
import { postgres } from "../../src/store/postgres/kind.ts";
import { reasons } from "../../src/submission/refusal.ts";
import { listNames, type Submission } from "../../src/submission/submission.ts";
import { makeSubmissions } from "../e2e/made-submissions.ts";
import { upgrade } from "../e2e/rows-by-rules.ts";
import { processorMs } from "../processor-ms.ts";
import { hasPromtool, runPromtool } from "./promtool.ts";
import { sumSamples } from "./samples.ts";

const build = { version: "1.2.3", commit: "abc" };

/** Tells of one committed submission. */
function commit(metrics: Metrics, submission: Omit<Submission, "version">): void {
  metrics.counted(tallySubmission({ version: { major: 5, minor: 3 }, ...submission }));
  metrics.committed({ bytes: 100, seconds: { prepare: 0.002, write: 0.004 } });
}

const test1 = {
  id: "maestro:1",
  origin: "maestro",
  misc: { runtime: "lab-a" },
  environment: { misc: { platform: "rpi4" } },
};

/** The value of each series. */
function samplesOf(text: string): Map<string, number> {
  const lines = text.split("\n").filter((line) => line && !line.startsWith("#"));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]),
  );
}

describe("Metrics", () => {
  test("warnings are counted by origin and kind, and a flood of origins shares a series", async () => {
    const metrics = new Metrics(build);
    const entries = Array.from({ length: 300 }, (_, at) => ({
      ...{ origin: `lab${at}`, lookedAt: 2, warned: 1, kinds: { "no-path": 1 } },
    }));
    for (const entry of entries) metrics.lookedAt([entry]);
    const text = await metrics.scrape();
    const warnings = "kcidb_ingester_submission_warnings_total";
    const lookedAt = "kcidb_ingester_submissions_looked_at_total";
    expect([sumSamples(text, warnings), sumSamples(text, lookedAt)]).toEqual([300, 600]);
    expect(sumSamples(text, warnings, 'origin="_other",kind="no-path"')).toBe(100);
    expect(text.match(new RegExp(`^${warnings}\\{`, "gm"))).toHaveLength(201);
  });

  test("keeps the names and labels that today's scrapers read", async () => {
    const metrics = new Metrics(build);
    const plain = { id: "maestro:1", origin: "maestro" };
    commit(metrics, {
      checkouts: [plain],
      issues: [plain],
      incidents: [plain],
      builds: [plain],
      tests: [test1],
    });
    metrics.workerFailed("signal");
    const lines = (await metrics.scrape()).split("\n");
    expect(lines).toEqual(
      expect.arrayContaining([
        'kcidb_ingestions_total{ingester="django"} 1',
        'kcidb_checkouts_total{ingester="django",origin="maestro"} 1',
        'kcidb_issues_total{ingester="django",origin="maestro"} 1',
        'kcidb_incidents_total{ingester="django",origin="maestro"} 1',
        'kcidb_builds_total{ingester="django",origin="maestro",lab="None"} 1',
        'kcidb_tests_total{ingester="django",origin="maestro",lab="lab-a",platform="rpi4"} 1',
        'kcidb_ingester_worker_failures_total{ingester="django",reason="signal"} 1',
      ]),
    );
  });

  test("starts at 0 with every label value that is known, and shows no creation times", async () => {
    const metrics = new Metrics({
      ...build,
      errorClasses: await postgres.errorClasses(),
      excerptResults,
      read: () => ({
        ...{ queue: 0, spoolFiles: {}, spoolBytes: 0, oldestFileAgeSeconds: 0, standsBy: false },
        ...{ ready: true, databaseUp: true, spoolUp: true, disks: [], fullDisks: new Set() },
        notedSuccessMs: 1_700_000_000_000,
      }),
    });
    const atStart = samplesOf(await metrics.scrape());
    commit(metrics, { tests: [test1] });
    metrics.foundOverlong(1);
    for (const reason of reasons) metrics.refused(reason);
    for (const faultClass of faultClasses) metrics.retried(faultClass);
    for (const state of Object.keys(sqlStates)) metrics.databaseRetried(state.padEnd(5, "0"));
    metrics.databaseRetried("ECONNREFUSED");
    for (const reason of ["signal", "exception"] as const) metrics.workerFailed(reason);
    for (const result of excerptResults) metrics.excerptUploaded(result);
    for (const result of ["told", "lost"]) metrics.refusalsTold(result, 1);
    const later = samplesOf(await metrics.scrape());
    const born = [...later.keys()].filter((series) => !atStart.has(series));
    // Only submitters know these.
    expect(born).toEqual([
      expect.stringMatching(/^kcidb_tests_total/),
      expect.stringMatching(/origin_last_seen/),
    ]);
    const counters = [...atStart].filter(([series]) => /_(total|count|bucket)\b/.test(series));
    expect(counters.length).toBeGreaterThan(80);
    expect(
      counters.filter(([series, value]) => value !== 0 && !series.startsWith("process_")),
    ).toEqual([]);
    // Each of them is what it says: something makes it grow.
    const still = counters.filter(([series, value]) => later.get(series) === value);
    expect(still.filter(([series]) => !/_bucket|stage="wait"/.test(series))).toEqual([]);
    expect(atStart.get("kcidb_ingester_last_success_timestamp_seconds")).toBe(1_700_000_000);
    const lastSuccess = later.get("kcidb_ingester_last_success_timestamp_seconds");
    expect(lastSuccess).toBeGreaterThan(Date.now() / 1000 - 60);
    expect(await metrics.scrape()).not.toContain("_created");
  });

  test("reads gauges at the scrape, not before", async () => {
    let queue = 3;
    const read = () => ({
      queue,
      spoolFiles: { waiting: queue, failed: 1 },
      spoolBytes: 2048,
      oldestFileAgeSeconds: 1.5,
      standsBy: false,
      ready: queue > 0,
      databaseUp: queue > 0,
      spoolUp: queue > 0,
      disks: [],
      fullDisks: new Set<DiskName>(),
    });
    const metrics = new Metrics({ ...build, read });
    expect(await metrics.scrape()).toContain('kcidb_ingestion_queue{ingester="django"} 3');
    queue = 0;
    const text = await metrics.scrape();
    expect(text).toContain('kcidb_ingestion_queue{ingester="django"} 0');
    expect(text).toContain('kcidb_ingester_spool_files{state="failed"} 1');
    expect(text).toContain("kcidb_ingester_database_up 0");
    expect(text).toContain("kcidb_ingester_spool_up 0");
    expect(text).toContain("kcidb_ingester_standby 0");
  });

  test("says nothing of queue, spool and database while another service has the spool", async () => {
    const read = () => ({
      ...{ queue: 0, spoolFiles: { waiting: 0 }, spoolBytes: 0, oldestFileAgeSeconds: 0 },
      ...{ standsBy: true, ready: false, databaseUp: false, spoolUp: true },
      ...{ disks: [], fullDisks: new Set<DiskName>() },
    });
    const text = await new Metrics({ ...build, read }).scrape();
    expect(text).toContain("kcidb_ingester_standby 1");
    expect(text).not.toMatch(/database_up|spool_up|ingestion_queue/);
  });

  test("counts refusals, retries and uploads by reason, database errors by class", async () => {
    const metrics = new Metrics({ ...build, errorClasses: ["40", "SQLITE_BUSY"] });
    metrics.refused("invalid");
    metrics.retried("database");
    metrics.databaseRetried("40P01");
    metrics.databaseRetried("SQLITE_BUSY_SNAPSHOT");
    metrics.excerptUploaded("stored", 2);
    const text = await metrics.scrape();
    expect(text).toContain('kcidb_ingester_files_failed_total{reason="invalid"} 1');
    expect(text).toContain('kcidb_ingester_files_retried_total{reason="database"} 1');
    expect(text).toContain('kcidb_ingester_db_retries_total{sqlstate_class="40"} 1');
    expect(text).toContain('kcidb_ingester_db_retries_total{sqlstate_class="SQLITE_BUSY"} 1');
    expect(text).toContain('kcidb_ingester_excerpt_uploads_total{result="stored"} 2');
  });

  test("a flood of platforms, labs and origins stays bounded and counts to the same sum", async () => {
    const metrics = new Metrics(build);
    commit(metrics, { tests: [test1] });
    for (let file = 0; file < 60; file++) {
      const tests = Array.from({ length: 200 }, (_, index) => ({
        id: `o${file}:1`,
        origin: `o${(file * 7 + index) % 400}`,
        misc: { runtime: `lab-${file * 200 + index}` },
        environment: { misc: { platform: `board-${file * 200 + index}` } },
      }));
      commit(metrics, { tests, checkouts: tests });
    }
    commit(metrics, { tests: [test1] });
    const text = await metrics.scrape();
    expect(sumSamples(text, "kcidb_tests_total")).toBe(60 * 200 + 2);
    expect(sumSamples(text, "kcidb_checkouts_total")).toBe(60 * 200);
    expect(sumSamples(text, "kcidb_tests_total", 'lab="lab-a",platform="rpi4"')).toBe(2);
    expect(text.split("\n").length).toBeLessThan(4000);
    const started = processorMs();
    await metrics.scrape();
    expect(processorMs() - started).toBeLessThan(250);
  });

  test.if(hasPromtool)("a scrape with hostile label values passes promtool", async () => {
    const metrics = new Metrics({
      ...build,
      read: () => ({
        queue: 0,
        spoolFiles: { waiting: 0 },
        spoolBytes: 0,
        oldestFileAgeSeconds: 0,
        standsBy: false,
        ready: true,
        databaseUp: true,
        spoolUp: true,
        disks: [],
        fullDisks: new Set<DiskName>(),
      }),
    });
    const hostile = ['"}\n# TYPE x counter\nx 1', "\\", "\u202eevil\r\n", "💥", ""];
    const builds = hostile.map((lab) => ({ id: "a:1", origin: "a", misc: { lab } }));
    commit(metrics, { builds, tests: builds });
    metrics.refused("invalid");
    const text = await metrics.scrape();
    expect(text).not.toContain("\nx 1");
    const { code, output } = await runPromtool(["check", "metrics"], text);
    expect(output).toBe("");
    expect(code).toBe(0);
  });

  test("sums equal the objects of submissions of all shapes", async () => {
    const metrics = new Metrics(build);
    const expected = new Map<string, number>();
    for (const document of makeSubmissions().values()) {
      const submission = upgrade(document) as Submission;
      metrics.counted(tallySubmission(submission));
      for (const list of listNames) {
        for (const { origin } of submission[list] ?? []) {
          const key = `kcidb_${list}_total origin="${origin}"`;
          expected.set(key, (expected.get(key) ?? 0) + 1);
        }
      }
    }
    const text = await metrics.scrape();
    expect(expected.size).toBeGreaterThan(5);
    for (const [key, count] of expected) {
      const [family = "", piece = ""] = key.split(" ");
      expect([key, sumSamples(text, family, piece)]).toEqual([key, count]);
    }
  });
});
