import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { type HttpServer, serveHttp } from "../../../src/observe/http.ts";
import type { Snapshot } from "../../../src/observe/state.ts";
import { until } from "../../faults/until.ts";
import { hasChromium, openBrowser } from "../chromium.ts";
import { findingsInBothSchemes, openPage, seriousFindings } from "./open-page.ts";
import {
  busySnapshot,
  emptySnapshot,
  groupsOf,
  hostileTexts,
  outageSnapshot,
  refusedSample,
  StandInState,
} from "./sample.ts";

// A browser on a busy machine takes its time.
setDefaultTimeout(60_000);

const state = new StandInState();
let browser: Browser;
let server: HttpServer;

interface Looks {
  title: string;
  headings: string[];
  scripts: number;
  others: number;
  overflow: number;
  back: string | undefined;
}

const looksOfPage = `({
  title: document.title,
  headings: [...document.querySelectorAll("h1, h2")].map((one) => one.innerText),
  scripts: document.scripts.length,
  others: document.querySelectorAll("img, style").length,
  overflow: document.documentElement.scrollWidth - innerWidth,
  back: [...document.links].find((one) => one.innerText.includes("Back to the status"))?.href,
})`;

/** The page of a service in this state. */
async function open(snapshot: Snapshot, path = "/", options?: BrowserContextOptions) {
  state.now = snapshot;
  state.reason = snapshot.database.state === "down" ? "the database is unreachable" : undefined;
  return await openPage(browser, new URL(path, server.url), options);
}

describe.if(hasChromium)("the status page in a browser", () => {
  beforeAll(async () => {
    browser = await openBrowser();
    server = serveHttp({
      host: "127.0.0.1",
      port: 0,
      metrics: { scrape: async () => "", contentType: "text/plain" },
      state,
      refreshMs: 50,
      stepMs: 100,
      onError: (error) => {
        throw error;
      },
    });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  test("an empty spool, light and dark", async () => {
    await using opened = await open(emptySnapshot);
    const { page } = opened;
    await page.getByText("live", { exact: true }).waitFor();
    expect(await page.locator("#refused").textContent()).toBe("None since the start.");
    expect(await findingsInBothSchemes(page)).toEqual([]);
  });

  test("a backlog shrinks and an origin's objects grow without a reload", async () => {
    await using opened = await open(busySnapshot);
    const { page } = opened;
    const waiting = page.locator(".figure", { hasText: "Waiting" }).locator("b");
    await page.getByText("live", { exact: true }).waitFor();
    expect(await waiting.textContent()).toBe("9,960");
    await page.getByRole("link", { name: "lab-run-2026-11-23.json" }).focus();
    const spool = { ...busySnapshot.spool, waiting: 12 };
    const [first, ...others] = busySnapshot.origins;
    const origins = first ? [{ ...first, tests: 5_000_000 }, ...others] : [];
    state.now = { ...busySnapshot, spool, origins };
    await page.locator("#figures", { hasText: "12" }).getByText("12", { exact: true }).waitFor();
    await page.getByRole("cell", { name: "5,000,000" }).waitFor();
    const focused: string = await page.evaluate("document.activeElement.textContent");
    expect(focused).toBe("lab-run-2026-11-23.json");
    const path = page.locator(".chart .line").first();
    const before = await path.getAttribute("d");
    await until(async () => (await path.getAttribute("d")) !== before);
  });

  test("hostile texts stay texts, on the page and in their issue lists", async () => {
    const [origin] = busySnapshot.origins;
    const snapshot: Snapshot = {
      ...busySnapshot,
      refused: groupsOf(hostileTexts.map((text, index) => refusedSample(text, index))),
      origins: origin ? hostileTexts.map((text) => ({ ...origin, origin: text })) : [],
      configuration: hostileTexts.map((text) => [text, text]),
      database: { ...busySnapshot.database, message: hostileTexts[0] },
    };
    await using opened = await open(snapshot, "/", { viewport: { width: 390, height: 844 } });
    const { page } = opened;
    const lookAt = async (scripts: number): Promise<Looks> => {
      const looks: Looks = await page.evaluate(looksOfPage);
      expect(looks).toMatchObject({ scripts, others: 0 });
      expect(looks.overflow).toBeLessThanOrEqual(0);
      return looks;
    };
    await page.getByText("live", { exact: true }).waitFor();
    expect((await lookAt(1)).title).toBe("kci-ingester");
    expect(await seriousFindings(page)).toEqual([]);
    const links: string[] = await page.evaluate(
      "[...document.querySelectorAll('#refused a')].map(({ href }) => href)",
    );
    expect(links).toHaveLength(hostileTexts.length);
    for (const [index, link] of links.entries()) {
      if (index > 0) await page.goto(link);
      else {
        await page.locator("#refused a").first().click();
        await page.waitForURL(link);
      }
      const { title, headings, back } = await lookAt(0);
      expect([title, headings]).toEqual([
        expect.stringMatching(/^Refused: /),
        expect.arrayContaining(["Mistakes"]),
      ]);
      expect(back).toBe(new URL("/", server.url).href);
      if (index === 2) expect(await seriousFindings(page)).toEqual([]);
    }
    await page.getByRole("link", { name: "Back to the status" }).click();
    await page.getByText("live", { exact: true }).waitFor();
  });

  test("refused files of one kind are one card, and no flood of them pushes the page down", async () => {
    const one = groupsOf([refusedSample("a", Date.now())]);
    const flood = Array.from({ length: 30 }, (_, at) =>
      groupsOf([refusedSample(`kind ${at}`, at)]).map((group) => ({
        ...group,
        kind: `kind-${at}`,
        files: 1_000 + at,
      })),
    ).flat();
    const viewport = { width: 375, height: 800 };
    await using opened = await open({ ...busySnapshot, refused: one }, "/", { viewport });
    const { page } = opened;
    const height = async () => (await page.locator("#refused").boundingBox())?.height ?? 0;
    expect(await page.locator("#refused .card").count()).toBe(1);
    expect(await page.locator("#refused .card .head").textContent()).toBe(
      "unknown field 412 files",
    );
    const single = await height();
    state.now = { ...busySnapshot, refused: flood };
    const rest = page.getByText("24 more kinds");
    await rest.waitFor();
    expect(await page.locator("#refused .card:visible").count()).toBe(6);
    expect(await height()).toBeLessThan(9 * single);
    await rest.click();
    expect(await page.locator("#refused .card:visible").count()).toBe(30);
    // What was unfolded stays so when news come.
    state.now = { ...busySnapshot, refused: flood.map((group) => ({ ...group, files: 7 })) };
    await page.locator("#refused .card", { hasText: "kind 29 7 files" }).waitFor();
    expect(await page.locator("#refused .card:visible").count()).toBe(30);
    expect(await seriousFindings(page)).toEqual([]);
  });

  test("the configuration is folded away, and each figure stands once", async () => {
    await using opened = await open(busySnapshot);
    const { page } = opened;
    const setting = page.getByRole("rowheader", { name: "max-workers" });
    expect(await setting.isVisible()).toBe(false);
    await page.getByText("Configuration", { exact: true }).click();
    expect(await setting.isVisible()).toBe(true);
    const names = await page.locator(".figure dt, .chart .name").allTextContents();
    expect(names).toEqual([...new Set(names)]);
    expect(names.filter((name) => /throughput|latency/i.test(name))).toHaveLength(2);
  });

  test("the database goes away and comes back", async () => {
    await using opened = await open(busySnapshot);
    const { page } = opened;
    const status = page.locator("#status");
    expect(await status.textContent()).toBe("Ready");
    state.now = outageSnapshot;
    state.reason = "the database is unreachable";
    await status.getByText("Not ready: the database is unreachable").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByText("ECONNREFUSED").waitFor();
    state.now = busySnapshot;
    state.reason = undefined;
    await status.getByText("Ready", { exact: true }).waitFor();
    expect(await page.getByText("ECONNREFUSED").count()).toBe(0);
  });

  test("is complete without JavaScript", async () => {
    await using opened = await open(busySnapshot, "/", { javaScriptEnabled: false });
    const text = await opened.page.locator("main").textContent();
    for (const piece of ["9,960", "3,003,047", "lab-run-2026-11-23.json", "max-workers"]) {
      expect(text).toContain(piece);
    }
    expect(await opened.page.locator(".chart svg").count()).toBe(3);
  });

  test("can be walked through with the keyboard", async () => {
    await using opened = await open(busySnapshot);
    const reached: string[] = [];
    for (let step = 0; step < 8; step++) {
      await opened.page.keyboard.press("Tab");
      reached.push(
        await opened.page.evaluate(
          "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent",
        ),
      );
    }
    expect(reached).toEqual([
      ...busySnapshot.refused.flatMap(({ newest }) => newest.map(({ file }) => file)),
      "Objects by origin",
      "Configuration",
      "Metrics",
      "Readiness",
      "This page as JSON",
    ]);
  });
});
