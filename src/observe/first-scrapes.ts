/** Whoever scrapes regularly, by the names that they give themselves. */
const scrapers = /prometheus|vm_promscrape|vmagent|grafana|alloy/i;
/** Their addresses are few; others' series count as seen. */
const maxScrapers = 8;
/** A process of this age has counted nothing that a scraper that is new to it should not see as an increase. */
const youngMs = 300_000;

/** Who scrapes, so that it is known again; undefined for a person or a program that looks once. */
export function scraperOf(userAgent: string | null, address: string): string | undefined {
  return userAgent && scrapers.test(userAgent)
    ? `${address} ${userAgent.slice(0, 100)}`
    : undefined;
}

/**
 * Shows each scraper a counter at 0 before it shows its value: one that is born with a value hides that
 * from `rate` and `increase`, and labels that submitters choose are not known before they are counted. Who
 * looks once sees what is.
 */
export class FirstScrapes {
  readonly #seen = new Map<string, Set<string>>();
  readonly #ageMs: () => number;

  /** `ageMs`: how old the process is. */
  constructor(ageMs: () => number = () => performance.now()) {
    this.#ageMs = ageMs;
  }

  /** Metrics as text, as one scraper is to see them. */
  show(text: string, scraper: string): string {
    const known = this.#seen.get(scraper);
    if (!known && this.#seen.size >= maxScrapers) return text;
    const seen = known ?? new Set();
    this.#seen.set(scraper, seen);
    // To a scraper that comes late an old process did not begin just now.
    const isLate = !known && this.#ageMs() > youngMs;
    let isCounter = false;
    const lines = text.split("\n").map((line) => {
      if (line.startsWith("# TYPE ")) isCounter = / (?:counter|histogram)$/.test(line);
      if (!isCounter || line === "" || line.startsWith("#")) return line;
      const series = line.slice(0, line.lastIndexOf(" "));
      if (seen.has(series)) return line;
      seen.add(series);
      return isLate ? line : `${series} 0`;
    });
    return lines.join("\n");
  }
}
