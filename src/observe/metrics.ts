import { readdirSync } from "node:fs";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { faultClasses } from "../base/fault.ts";
import type { Tally } from "../prepare/tally.ts";
import { reasons } from "../submission/refusal.ts";
import { type DiskName, type DiskReading, diskNames } from "./disks.ts";
import { FirstScrapes } from "./first-scrapes.ts";
import {
  durationBuckets,
  type IngestStage,
  ingestStages,
  type MetricKey,
  metricTable,
} from "./metric-table.ts";
import { SeriesLimit } from "./series-limit.ts";

/** The word that today's scrapers know the ingester by. */
const ingester = "django";

/** What is read at each scrape instead of counted as it happens. */
export interface Readings {
  /** Submissions found and not yet settled. */
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

export interface MetricsOptions {
  readonly version: string;
  readonly commit: string;
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
  readonly #registry = new Registry();
  readonly #counters = new Map<MetricKey, Counter>();
  readonly #gauges = new Map<MetricKey, Gauge>();
  readonly #duration: Histogram;
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
    this.#duration = new Histogram({ ...this.#options("duration"), buckets: durationBuckets });
    this.#set("buildInfo", 1, { version: options.version, commit: options.commit });
    this.#set("processStart", Math.round(performance.timeOrigin) / 1000);
    this.#startAtZero(options.excerptResults ?? []);
  }

  committed(file: CommittedFile): void {
    this.#add("ingestions", 1, { ingester });
    this.#add("bytes", file.bytes);
    this.#lastSuccessMs = Date.now();
    for (const [stage, seconds] of Object.entries(file.seconds)) {
      this.#duration.observe({ stage }, seconds);
    }
  }

  /** The rows of these objects are committed. */
  counted(tally: Tally): void {
    this.#countTally(tally);
    const nowSeconds = Date.now() / 1000;
    for (const origin of new Set(tally.map((entry) => entry.origin))) {
      this.#set("originLastSeen", nowSeconds, this.#originLabel(origin));
    }
  }

  /** Objects went in that the dashboard's aggregation cannot take. */
  foundOverlong(objects: number): void {
    this.#add("overlong", objects);
  }

  /** A submission went to `failed/`; `reason` is the refusal's code. */
  refused(reason: string): void {
    this.#add("filesFailed", 1, { reason });
  }

  /** A submission was left in the spool, to be tried again. */
  retried(reason: string): void {
    this.#add("filesRetried", 1, { reason });
  }

  workerFailed(reason: "exception" | "signal"): void {
    this.#add("workerFailures", 1, { ingester, reason });
  }

  /** A transaction is tried again; `code` is a SQLSTATE or SQLite's code, of which the class is kept. */
  databaseRetried(code: string): void {
    const found = /^SQLITE_[A-Z]+/.exec(code)?.[0] ?? code.slice(0, 2);
    const sqlstate_class = this.#errorClasses.has(found) ? found : noClass;
    this.#add("databaseRetries", 1, { sqlstate_class });
  }

  excerptUploaded(result: string, count = 1): void {
    this.#add("excerptUploads", count, { result });
  }

  /** All families in Prometheus' text format, version 0.0.4; `scraper`: who asks regularly, if so. */
  async scrape(scraper?: string): Promise<string> {
    this.#readGauges();
    const text = await this.#registry.metrics();
    return scraper === undefined ? text : this.#firstScrapes.show(text, scraper);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  #startAtZero(excerptResults: readonly string[]): void {
    this.#add("ingestions", 0, { ingester });
    this.#add("bytes", 0);
    for (const reason of reasons) this.#add("filesFailed", 0, { reason });
    for (const reason of faultClasses) this.#add("filesRetried", 0, { reason });
    for (const reason of ["exception", "signal"]) {
      this.#add("workerFailures", 0, { ingester, reason });
    }
    for (const sqlstate_class of [...this.#errorClasses, noClass]) {
      this.#add("databaseRetries", 0, { sqlstate_class });
    }
    for (const result of excerptResults) this.#add("excerptUploads", 0, { result });
    for (const stage of ingestStages) this.#duration.zero({ stage });
  }

  #countTally(tally: Tally): void {
    for (const { list, origin, lab, platform, count } of tally) {
      if (list === "tests") {
        const [o = "", l = "", p = ""] = this.#limits.tests.admit([origin, lab, platform]);
        this.#add("tests", count, { ingester, origin: o, lab: l, platform: p });
      } else if (list === "builds") {
        const [o = "", l = ""] = this.#limits.builds.admit([origin, lab]);
        this.#add("builds", count, { ingester, origin: o, lab: l });
      } else {
        this.#add(list, count, { ingester, ...this.#originLabel(origin) });
      }
    }
  }

  #originLabel(origin: string): { origin: string } {
    return { origin: this.#origins.admit([origin])[0] ?? "" };
  }

  #readGauges(): void {
    const cpu = process.cpuUsage();
    this.#counters.get("processCpu")?.reset();
    this.#add("processCpu", (cpu.user + cpu.system) / 1e6);
    this.#set("processMemory", process.memoryUsage.rss());
    const openFds = countOpenFds();
    if (openFds !== undefined) this.#set("processOpenFds", openFds);
    const readings = this.#read?.();
    if (readings === undefined) return;
    this.#set("standby", readings.standsBy ? 1 : 0);
    if (readings.standsBy) return;
    this.#set("queue", readings.queue, { ingester });
    for (const [state, count] of Object.entries(readings.spoolFiles)) {
      this.#set("spoolFiles", count, { state });
    }
    this.#set("spoolBytes", readings.spoolBytes);
    this.#set("oldestFileAge", readings.oldestFileAgeSeconds);
    // Where the note cannot be written, what this process knows is later.
    const lastSuccessMs = Math.max(readings.notedSuccessMs ?? 0, this.#lastSuccessMs);
    this.#set("lastSuccess", lastSuccessMs / 1000);
    this.#set("ready", readings.ready ? 1 : 0);
    this.#set("databaseUp", readings.databaseUp ? 1 : 0);
    this.#set("spoolUp", readings.spoolUp ? 1 : 0);
    this.#readDisks(readings);
  }

  #readDisks({ disks, fullDisks }: Readings): void {
    for (const { name: disk, space } of disks) {
      this.#set("diskFreeBytes", space.freeBytes, { disk });
      this.#set("diskSize", space.sizeBytes, { disk });
      if (space.inodes === undefined) continue;
      this.#set("diskFreeInodes", space.freeInodes ?? 0, { disk });
      this.#set("diskInodes", space.inodes, { disk });
    }
    for (const disk of diskNames) this.#set("diskFull", fullDisks.has(disk) ? 1 : 0, { disk });
  }

  #add(key: KeyOf<"counter">, count: number, labels: Record<string, string> = {}): void {
    let counter = this.#counters.get(key);
    if (counter === undefined) {
      counter = new Counter(this.#options(key));
      this.#counters.set(key, counter);
    }
    counter.inc(labels, count);
  }

  #set(key: KeyOf<"gauge">, value: number, labels: Record<string, string> = {}): void {
    let gauge = this.#gauges.get(key);
    if (gauge === undefined) {
      gauge = new Gauge(this.#options(key));
      this.#gauges.set(key, gauge);
    }
    gauge.set(labels, value);
  }

  #options(key: MetricKey) {
    const { name, help, labels } = metricTable[key];
    return { name, help, labelNames: [...labels], registers: [this.#registry] };
  }
}

/** The keys of one type of metric: counting into a gauge does not compile. */
type KeyOf<T extends string> = {
  [key in MetricKey]: (typeof metricTable)[key]["type"] extends T ? key : never;
}[MetricKey];

function countOpenFds(): number | undefined {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    // Only Linux has this folder; elsewhere the metric is absent.
    return undefined;
  }
}
