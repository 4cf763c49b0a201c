import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { durationBuckets, type MetricKey, metricTable } from "./metric-table.ts";

/** The labels of one value. */
type Labels = Record<string, string>;

/** The keys of one type of metric: counting into a gauge does not compile. */
type KeyOf<T extends string> = {
  [key in MetricKey]: (typeof metricTable)[key]["type"] extends T ? key : never;
}[MetricKey];

/** The metrics of the table with their values; a family is there from its first value on. */
export class MetricFamilies {
  readonly #registry = new Registry();
  readonly #counters = new Map<MetricKey, Counter>();
  readonly #gauges = new Map<MetricKey, Gauge>();
  readonly #histograms = new Map<MetricKey, Histogram>();

  add(key: KeyOf<"counter">, count: number, labels: Labels = {}): void {
    const make = () => new Counter(this.#options(key));
    this.#counters.getOrInsertComputed(key, make).inc(labels, count);
  }

  /** Of a counter that is kept elsewhere, and read. */
  replace(key: KeyOf<"counter">, value: number): void {
    this.#counters.get(key)?.reset();
    this.add(key, value);
  }

  set(key: KeyOf<"gauge">, value: number, labels: Labels = {}): void {
    const make = () => new Gauge(this.#options(key));
    this.#gauges.getOrInsertComputed(key, make).set(labels, value);
  }

  observe(key: KeyOf<"histogram">, seconds: number, labels: Labels): void {
    this.#histogram(key).observe(labels, seconds);
  }

  /** Lets a histogram be there before anything was observed. */
  zero(key: KeyOf<"histogram">, labels: Labels): void {
    this.#histogram(key).zero(labels);
  }

  /** All of them in Prometheus' text format, version 0.0.4. */
  async text(): Promise<string> {
    return await this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  #histogram(key: KeyOf<"histogram">): Histogram {
    const make = () => new Histogram({ ...this.#options(key), buckets: durationBuckets });
    return this.#histograms.getOrInsertComputed(key, make);
  }

  #options(key: MetricKey) {
    const { name, help, labels } = metricTable[key];
    return { name, help, labelNames: [...labels], registers: [this.#registry] };
  }
}
