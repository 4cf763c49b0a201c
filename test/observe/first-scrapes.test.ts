import { describe, expect, test } from "bun:test";
import { FirstScrapes, scraperOf } from "../../src/observe/first-scrapes.ts";

const text = (tests: number) =>
  `# TYPE x_total counter\nx_total{origin="a b"} ${tests}\n# TYPE y gauge\ny 7\n# TYPE z histogram\nz_count 2\n`;
const atZero = text(0).replace("z_count 2", "z_count 0");

describe("FirstScrapes", () => {
  test("shows a scraper each counter at 0 first, and then what it is", () => {
    const first = new FirstScrapes(() => 1_000);
    expect(first.show(text(3), "a")).toBe(atZero);
    expect(first.show(text(3), "a")).toBe(text(3));
    // Each has a memory of its own.
    expect(first.show(text(3), "b")).toBe(atZero);
    const more = `${text(4)}# TYPE x_total counter\nx_total{origin="new"} 9\n`;
    expect(first.show(more, "a")).toBe(more.replace(" 9\n", " 0\n"));
    expect(first.show(more, "a")).toBe(more);
  });

  test("to a scraper that comes late an old process did not begin just now", () => {
    const first = new FirstScrapes(() => 3_600_000);
    expect(first.show(text(3), "a")).toBe(text(3));
    const more = `${text(4)}# TYPE x_total counter\nx_total{origin="new"} 9\n`;
    expect(first.show(more, "a")).toBe(more.replace(" 9\n", " 0\n"));
  });

  test("remembers few scrapers: what others see is what is", () => {
    const first = new FirstScrapes(() => 1_000);
    for (let n = 0; n < 8; n++) expect(first.show(text(3), String(n))).toBe(atZero);
    expect(first.show(text(3), "another")).toBe(text(3));
  });

  test("knows scrapers by their names; a person or a script that looks once is none", () => {
    expect(scraperOf("Prometheus/2.53.0", "10.0.0.1")).toBe("10.0.0.1 Prometheus/2.53.0");
    expect(scraperOf("vm_promscrape", "::1")).toBe("::1 vm_promscrape");
    for (const name of [null, "", "curl/8.5.0", "Bun/1.4.5", "Mozilla/5.0 (X11) Firefox/130"]) {
      expect(scraperOf(name, "10.0.0.1")).toBeUndefined();
    }
  });
});
