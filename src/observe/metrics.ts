import { readdirSync } from "node:fs";
import { faultClasses } from "../base/fault.ts";
import type { Tally } from "../prepare/tally.ts";
import type { WarningTally } from "../prepare/warning-tally.ts";
import { reasons } from "../submission/refusal.ts";
import { type DiskName, type DiskReading, diskNames } from "./disks.ts";
import { FirstScrapes } from "./first-scrapes.ts";
import { MetricFamilies } from "./metric-families.ts";
import { type IngestStage, ingestStages } from "./metric-table.ts";
import { SeriesLimit } from "./series-limit.ts";

/** The word that today's scrapers know the ingester by. */
const ingester = "django";

/** What is read at each scrape instead of counted as it happens. */
export interface Readings {
  /** Submissions found and not yet ingested or refused. */
  readonly queue: number;
  /** Files by state: `waiting`, `in_flight`, `failed`, `archived`, `skipped`, … */
  readonly spoolFiles: Readonly<Record<string, number>>;
  readonly spoolBytes: number;
  /** 0 when no file waits. */
  readonly oldestFileAgeSeconds: number;
  /** Another service has the spool: nothing is known of queue, folders and database. */
  readonly standsBy: boolean;
  /** When a submission of the spool was last ingested, by whichever process; absent: none was. */
  readonly notedSuccessMs?: number | undefined;
  readonly ready: boolean;
  readonly databaseUp: boolean;
  readonly spoolUp: boolean;
  /** The disks that are seen from here. */
  readonly disks: readonly DiskReading[];
  /** Those that take nothing more, seen or not. */
  readonly fullDisks: ReadonlySet<DiskName>;
}

/** One file whose rows are committed. */
export interface CommittedFile {
  readonly bytes: number;
  /** Seconds spent in each stage, as far as they were measured. */
  readonly seconds: Readonly<Partial<Record<IngestStage, number>>>;
}

/** What the metrics say of the program, and where they read what is counted elsewhere. */
export interface MetricsOptions {
  readonly version: string;
  readonly commit: string;
  /** What the process keeps to. */
  readonly maxMemoryBytes?: number | undefined;
  /** Called at each scrape; it must be cheap. */
  readonly read?: () => Readings;
  /** What the codes of the database's errors begin with. */
  readonly errorClasses?: readonly string[];
  /** What may become of an excerpt. */
  readonly excerptResults?: readonly string[];
}

/** Of errors without a code of the database's own. */
const noClass = "unknown";

/**
 * The service's counters, in Prometheus text by {@link Metrics.scrape}. Count a file only after its
 * commit: then the sums equal what the database was given. What has only labels whose values are known
 * starts at 0, so that the first that is counted is seen as an increase; what has a label that submitters
 * choose appears with its first value, and scrapers see it at 0 before.
 */
export class Metrics {
  readonly #families = new MetricFamilies();
  readonly #origins = new SeriesLimit([200], 200);
  readonly #limits = {
    builds: new SeriesLimit([200, 500], 1500),
    tests: new SeriesLimit([200, 500, 1000], 3000),
  };
  readonly #read: (() => Readings) | undefined;
  readonly #errorClasses: ReadonlySet<string>;
  #lastSuccessMs = 0;
  readonly #firstScrapes = new FirstScrapes();

  constructor(options: MetricsOptions) {
    this.#read = options.read;
    this.#errorClasses = new Set(options.errorClasses);
    this.#families.set("buildInfo", 1, { version: options.version, commit: options.commit });
    if (options.maxMemoryBytes !== undefined) {
      this.#families.set("memoryLimit", options.maxMemoryBytes);
    }
    this.#families.set("processStart", Math.round(performance.timeOrigin) / 1000);
    this.#startAtZero(options.excerptResults ?? []);
  }

  committed(file: CommittedFile): void {
    this.#families.add("ingestions", 1, { ingester });
    this.#families.add("bytes", file.bytes);
    this.#lastSuccessMs = Date.now();
    for (const [stage, seconds] of Object.entries(file.seconds)) {
      this.#families.observe("duration", seconds, { stage });
    }
  }

  /** The rows of these objects are committed. */
  counted(tally: Tally): void {
    this.#countTally(tally);
    const nowSeconds = Date.now() / 1000;
    for (const origin of new Set(tally.map((entry) => entry.origin))) {
      this.#families.set("originLastSeen", nowSeconds, this.#originLabel(origin));
    }
  }

  /** Objects went in that the dashboard's aggregation cannot take. */
  foundOverlong(objects: number): void {
    this.#families.add("overlong", objects);
  }

  /** Some of the submissions whose rows are committed were looked at for warnings. */
  lookedAt(tally: WarningTally): void {
    for (const { origin, lookedAt, kinds } of tally) {
      const labels = this.#originLabel(origin);
      this.#families.add("lookedAt", lookedAt, labels);
      for (const [kind, count] of Object.entries(kinds)) {
        this.#families.add("warnings", count, { ...labels, kind });
      }
    }
  }

  /** A submission went to `failed/`; `reason` is the refusal's code. */
  refused(reason: string): void {
    this.#families.add("filesFailed", 1, { reason });
  }

  /** A submission was left in the spool, to be tried again. */
  retried(reason: string): void {
    this.#families.add("filesRetried", 1, { reason });
  }

  workerFailed(reason: "exception" | "signal"): void {
    this.#families.add("workerFailures", 1, { ingester, reason });
  }

  /** A transaction is tried again; `code` is a SQLSTATE or SQLite's code, of which the class is kept. */
  databaseRetried(code: string): void {
    const found = /^SQLITE_[A-Z]+/.exec(code)?.[0] ?? code.slice(0, 2);
    const sqlstate_class = this.#errorClasses.has(found) ? found : noClass;
    this.#families.add("databaseRetries", 1, { sqlstate_class });
  }

  excerptUploaded(result: string, count = 1): void {
    this.#families.add("excerptUploads", count, { result });
  }

  refusalsTold(result: string, count: number): void {
    this.#families.add("refusedHook", count, { result });
  }

  /** All families in Prometheus' text format, version 0.0.4; `scraper`: who asks regularly, if so. */
  async scrape(scraper?: string): Promise<string> {
    this.#readGauges();
    const text = await this.#families.text();
    return scraper === undefined ? text : this.#firstScrapes.show(text, scraper);
  }

  get contentType(): string {
    return this.#families.contentType;
  }

  #startAtZero(excerptResults: readonly string[]): void {
    this.#families.add("ingestions", 0, { ingester });
    this.#families.add("bytes", 0);
    this.#families.add("overlong", 0);
    for (const result of ["told", "lost"]) this.#families.add("refusedHook", 0, { result });
    for (const reason of reasons) this.#families.add("filesFailed", 0, { reason });
    for (const reason of faultClasses) this.#families.add("filesRetried", 0, { reason });
    for (const reason of ["exception", "signal"]) {
      this.#families.add("workerFailures", 0, { ingester, reason });
    }
    for (const sqlstate_class of [...this.#errorClasses, noClass]) {
      this.#families.add("databaseRetries", 0, { sqlstate_class });
    }
    for (const result of excerptResults) this.#families.add("excerptUploads", 0, { result });
    for (const stage of ingestStages) this.#families.zero("duration", { stage });
  }

  #countTally(tally: Tally): void {
    for (const { list, origin, lab, platform, count } of tally) {
      if (list === "tests") {
        const [o = "", l = "", p = ""] = this.#limits.tests.admit([origin, lab, platform]);
        this.#families.add("tests", count, { ingester, origin: o, lab: l, platform: p });
      } else if (list === "builds") {
        const [o = "", l = ""] = this.#limits.builds.admit([origin, lab]);
        this.#families.add("builds", count, { ingester, origin: o, lab: l });
      } else {
        this.#families.add(list, count, { ingester, ...this.#originLabel(origin) });
      }
    }
  }

  #originLabel(origin: string): { origin: string } {
    return { origin: this.#origins.admit([origin])[0] ?? "" };
  }

  #readGauges(): void {
    const cpu = process.cpuUsage();
    this.#families.replace("processCpu", (cpu.user + cpu.system) / 1e6);
    this.#families.set("processMemory", process.memoryUsage.rss());
    const openFds = countOpenFds();
    if (openFds !== undefined) this.#families.set("processOpenFds", openFds);
    const readings = this.#read?.();
    if (readings === undefined) return;
    this.#families.set("standby", readings.standsBy ? 1 : 0);
    if (readings.standsBy) return;
    this.#families.set("queue", readings.queue, { ingester });
    for (const [state, count] of Object.entries(readings.spoolFiles)) {
      this.#families.set("spoolFiles", count, { state });
    }
    this.#families.set("spoolBytes", readings.spoolBytes);
    this.#families.set("oldestFileAge", readings.oldestFileAgeSeconds);
    // Where the note cannot be written, what this process knows is later.
    const lastSuccessMs = Math.max(readings.notedSuccessMs ?? 0, this.#lastSuccessMs);
    this.#families.set("lastSuccess", lastSuccessMs / 1000);
    this.#families.set("ready", readings.ready ? 1 : 0);
    this.#families.set("databaseUp", readings.databaseUp ? 1 : 0);
    this.#families.set("spoolUp", readings.spoolUp ? 1 : 0);
    this.#readDisks(readings);
  }

  #readDisks({ disks, fullDisks }: Readings): void {
    for (const { name: disk, space } of disks) {
      this.#families.set("diskFreeBytes", space.freeBytes, { disk });
      this.#families.set("diskSize", space.sizeBytes, { disk });
      if (space.inodes === undefined) continue;
      this.#families.set("diskFreeInodes", space.freeInodes ?? 0, { disk });
      this.#families.set("diskInodes", space.inodes, { disk });
    }
    for (const disk of diskNames)
      this.#families.set("diskFull", fullDisks.has(disk) ? 1 : 0, { disk });
  }
}

// --- internal ---

function countOpenFds(): number | undefined {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    // Only Linux has this folder; elsewhere the metric is absent.
    return undefined;
  }
}
