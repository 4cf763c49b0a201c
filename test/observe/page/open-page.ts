import { expect } from "bun:test";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** A page of the service under test; when it is closed, nothing may have gone wrong in it. */
export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
}

/** Opens `url` in a context of its own, and collects whatever the browser complains about. */
export async function openPage(
  browser: Browser,
  url: URL,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
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
      expect(complaints).toEqual([]);
      expect([...hosts]).toEqual([url.host]);
      await context.close();
    },
  };
}

/** What axe-core finds that is serious or worse. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // The page's policy forbids scripts of others, so this one comes in through the debugger.
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(axe.source);
  const found: { violations: { id: string; impact: string; help: string }[] } = await page.evaluate(
    "axe.run({ resultTypes: ['violations'] })",
  );
  return found.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help }) => `${id}: ${help}`);
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
