import { expect } from "bun:test";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { checkEachKind } from "./check-each-kind.ts";

/** A page of the service under test; when it is closed, nothing may have gone wrong in it. */
export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
}

/**
 * Opens `url` and collects whatever the browser complains about. Only what asks for more than a viewport has a
 * page of its own: to make one takes longer than to show most pages, and a script that is known to a page is
 * not compiled again.
 */
export async function openPage(
  browser: Browser,
  url: URL,
  { viewport = usual.viewport, ...options }: BrowserContextOptions = {},
): Promise<OpenPage> {
  const isOwn = Object.keys(options).length > 0;
  const page = await (isOwn
    ? browser.newPage({ viewport, ...options })
    : sharedPage(browser, viewport));
  // A page of another service is left first: what becomes of it is none of this one's business. Of the same
  // one it is not: an empty page between two would cost a process for each.
  if (![url.host, ""].includes(new URL(page.url()).host)) await page.goto("about:blank");
  const complaints: string[] = [];
  const hosts = new Set<string>();
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("requestfailed", (request) => {
    // Leaving the page ends its event stream, and whatever else is still under way.
    const isLeft = request.failure()?.errorText === "net::ERR_ABORTED";
    if (!isLeft) complaints.push(`failed: ${request.url()}`);
  });
  page.on("request", (request) => hosts.add(new URL(request.url()).host));
  await page.goto(url.href);
  return {
    page,
    async [Symbol.asyncDispose]() {
      if (isOwn) await page.context().close();
      page.removeAllListeners();
      expect(complaints).toEqual([]);
      expect([...hosts]).toEqual([url.host]);
    },
  };
}

/** What axe-core finds that is serious or worse; with `rules`, by these of its rules alone. */
export async function seriousFindings(page: Page, rules?: readonly string[]): Promise<string[]> {
  // The page's policy forbids scripts of others, so this one comes in through the debugger.
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(await axe);
  const options = { resultTypes: ["violations"], ...(rules ? { runOnly: rules } : {}) };
  const { found, violations }: Findings = await page.evaluate(
    `(${checkEachKind})(${JSON.stringify(options)})`,
  );
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return [...found, ...serious.map(({ id, help }) => `${id}: ${help}`)];
}

const axe = Bun.file(Bun.resolveSync("axe-core/axe.min.js", import.meta.dir)).text();
const rulesOfColours = ["color-contrast", "link-in-text-block"];

interface Findings {
  found: string[];
  violations: { id: string; impact: string; help: string }[];
}

/** The same in light and in dark, which differ in their colours alone. */
export async function findingsInBothSchemes(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: "light" });
  const findings = await seriousFindings(page);
  await page.emulateMedia({ colorScheme: "dark" });
  return [...findings, ...(await seriousFindings(page, rulesOfColours))];
}

/**
 * With `SCREENSHOTS=DIR` in the environment, pictures of the page for whoever wants to look: in light,
 * in dark and on a phone.
 */
export async function portray(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  const before = page.viewportSize();
  for (const [looks, width, colorScheme] of portraits) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${folder}/${name}-${looks}.png`, fullPage: true });
  }
  if (before) await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: null });
}

const portraits = [
  ["light", 1280, "light"],
  ["dark", 1280, "dark"],
  ["phone", 375, "light"],
] as const;

type Viewport = BrowserContextOptions["viewport"];
const usual = { viewport: { width: 1280, height: 720 } } as const;
const shared = new WeakMap<Browser, Promise<Page>>();

/** The page of a browser, as it is when it is new. */
async function sharedPage(browser: Browser, viewport: Viewport): Promise<Page> {
  const made = shared.get(browser) ?? browser.newPage(usual);
  shared.set(browser, made);
  const page = await made;
  if (viewport) await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme: null });
  return page;
}
