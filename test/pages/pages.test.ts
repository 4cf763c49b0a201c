import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { listFailed } from "../../src/spool/list-failed.ts";
import { sqlite } from "../databases.ts";
import { hasChromium, openBrowser } from "../observe/chromium.ts";
import {
  findingsInBothSchemes,
  openPage,
  portray,
  seriousFindings,
} from "../observe/page/open-page.ts";
import { demoHash, demoResults } from "./demo-results.ts";
import { hostileResults } from "./hostile-results.ts";
import { nowMs, type ServedPages, servePages } from "./serve-pages.ts";

setDefaultTimeout(60_000);

const boot = "/test/maestro%3Amainline-0-arm64-defconfig-rk3399-gru-kevin-boot";
const commit = `/tree/mainline/master/${demoHash("mainline", 0)}?origin=maestro`;

/** Every kind of page, by the name of its picture. */
const all: readonly (readonly [name: string, path: string, heading: string])[] = [
  ["failures", "/failures", "What failed"],
  ["trees", "/tree", "Trees"],
  ["commit", commit, "v6.17-rc5"],
  ["list", `${commit}&tab=tests`, "v6.17-rc5"],
  ["matrix", "/tree/mainline/master/latest/matrix", "v6.17-rc5"],
  ["compare", "/tree/mainline/master/compare", "Compare two commits"],
  ["test", boot, "boot"],
  ["build", "/build/maestro%3Anext-0-riscv-allmodconfig", "allmodconfig"],
  ["log", `/log?test=${boot.slice(6)}`, "Log excerpt of boot"],
  ["hardware", "/hardware", "Hardware"],
  ["board", "/hardware/rk3399-gru-kevin", "rk3399-gru-kevin"],
  ["issues", "/issues", "Known issues"],
  ["issue", "/issue/maestro%3Audpgso", "udpgso"],
  ["waiting", "/waiting", "Waiting"],
  ["refused", "/refused", "Refused submissions"],
  ["search", "/search?q=fanotify", "Search"],
  ["hostile", "/failures?origin=lab", "What failed"],
  ["hostile-test", "/test/lab%3At1", "title="],
];

/** Those that have every colour between them. */
const inDark = new Set(["failures", "commit", "matrix", "compare", "test", "waiting"]);

describe.if(hasChromium)("the results pages in a browser", () => {
  let browser: Browser;
  let served: ServedPages;
  beforeAll(async () => {
    browser = await openBrowser();
    served = await servePages(sqlite);
    await served.on.write(demoResults(nowMs), hostileResults(nowMs));
    const { failed } = served.spool;
    writeFileSync(`${failed}/<b>bad.json`, "{}");
    writeFileSync(
      `${failed}/<b>bad.json.error`,
      JSON.stringify({
        ...{ file: "<b>bad.json", when: new Date(nowMs).toISOString(), stage: "validate" },
        ...{ reason: "invalid", message: "<script>", origins: ["lab"], issue_count: 1 },
        issues: [{ path: "$.tests[0].id", code: "pattern", expected: "<i>", got: '"' }],
      }),
    );
    expect(listFailed(served.spool)[0]?.reason?.reason).toBe("invalid");
  });
  afterAll(async () => {
    expect(served?.errors).toEqual([]);
    await served?.[Symbol.asyncDispose]();
    await browser?.close();
  });

  test.each(all)("%s is clean for axe, and fits 375 pixels", async (name, path, heading) => {
    await using opened = await openPage(browser, served.at(path));
    const { page } = opened;
    const { headings, title, foreign }: Looks = await page.evaluate(looks);
    expect(headings).toEqual([expect.stringContaining(heading)]);
    expect(title).not.toBe("owned");
    expect(foreign).toBe(0);
    await portray(page, name);
    const find = inDark.has(name) ? findingsInBothSchemes : seriousFindings;
    expect(await find(page)).toEqual([]);
    await page.setViewportSize({ width: 375, height: 800 });
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });

  test("without JavaScript one filters, takes back, opens a commit by its column, and a cell of the matrix", async () => {
    await using opened = await openPage(browser, served.at("/failures"), {
      javaScriptEnabled: false,
    });
    const { page } = opened;
    await page.getByRole("combobox", { name: "Board" }).selectOption("rk3399-gru-kevin");
    await page.getByRole("button", { name: "Apply" }).click();
    expect(new URL(page.url()).searchParams.get("board")).toBe("rk3399-gru-kevin");
    expect(await boards(page)).toEqual(["rk3399-gru-kevin"]);
    // The link alone brings the same view.
    await page.goto(page.url());
    await page.getByRole("link", { name: /^\d+ regression/ }).click();
    expect(await page.locator(".group .failure .pill.bad").count()).toBe(4);
    await page.getByRole("link", { name: "Clear all filters" }).click();
    expect((await boards(page)).length).toBeGreaterThan(3);

    await page.goto(served.at(commit).href);
    const columns = page.getByRole("region", { name: "Tests", exact: true }).locator(".plot a");
    expect(await columns.count()).toBe(16);
    await columns.nth(14).click();
    expect(new URL(page.url()).pathname).toContain(demoHash("mainline", 1));
    await page.getByRole("link", { name: "Matrix" }).click();
    await page.getByRole("link", { name: "kselftest" }).click();
    await page
      .getByRole("row", { name: /udpgso/ })
      .getByRole("link", { name: /FAIL/ })
      .first()
      .click();
    expect(await page.locator("table.runs tbody tr").count()).toBeGreaterThan(0);
    for (const status of await page.locator("table.runs tbody .status").allTextContents()) {
      expect(status).toBe("FAIL");
    }
  });

  test("with it a choice holds at once, and empty ones do not stand in the link", async () => {
    await using opened = await openPage(browser, served.at("/failures"));
    const { page } = opened;
    await page.getByRole("combobox", { name: "Tree" }).selectOption("next");
    await page.waitForURL(/tree=next/);
    expect(new URL(page.url()).search).toBe("?tree=next&days=7");
  });

  test("a comparison can be swapped, and narrowed to a class", async () => {
    await using opened = await openPage(browser, served.at("/tree/mainline/master/compare"));
    const { page } = opened;
    const rows = () => page.locator("table.runs tbody tr").count();
    expect(await rows()).toBe(7);
    await page.getByRole("link", { name: "Swap" }).click();
    await page
      .getByRole("heading", { name: /^Older/ })
      .filter({ hasText: "v6.17-rc5-240" })
      .waitFor();
    await page.goBack();
    for (const name of ["fixed", "new failure"]) {
      await page
        .locator(".classes")
        .getByRole("link", { name: new RegExp(name) })
        .click();
    }
    expect(await rows()).toBe(5);
  });

  test("the history of a test leads to the run that passed, and to the lines of its log", async () => {
    await using opened = await openPage(browser, served.at(boot));
    const { page } = opened;
    const squares = page.getByRole("list", { name: "Last runs" }).getByRole("link");
    expect(await squares.allTextContents()).toEqual([..."PPPPPPPPPPEPPPPF"]);
    await page.getByRole("link", { name: "jump to the first suspicious line" }).click();
    expect(page.url()).toEndWith("#L3");
    await page.getByRole("link", { name: "Back to the test" }).click();
    await squares.nth(14).click();
    await page.getByRole("heading", { level: 1, name: "PASS boot" }).waitFor();
  });

  test("the keyboard reaches the content first, and the search by /", async () => {
    await using opened = await openPage(browser, served.at("/failures"));
    const { page } = opened;
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to content");
    await page.keyboard.press("Enter");
    await page.keyboard.press("/");
    await page.keyboard.type("fanotify14");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Search: fanotify14" }).waitFor();
  });

  test("refused files are shown with their reason, and each mistake", async () => {
    await using opened = await openPage(browser, served.at("/refused"));
    const { page } = opened;
    await page.getByRole("link", { name: "<b>bad.json" }).click();
    await page.getByText("$.tests[0].id").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  test("refused files are grouped by what is wrong, and each kind lists its files", async () => {
    const added = ["y1.json", "y2.json", "y3.json", "z.json"];
    for (const [at, name] of added.entries()) {
      const when = new Date(nowMs + at + 1).toISOString();
      const code = name === "z.json" ? "enum" : "unknown-field";
      writeFileSync(`${served.spool.failed}/${name}`, "{}");
      writeFileSync(
        `${served.spool.failed}/${name}.error`,
        JSON.stringify({
          ...{ file: name, when, stage: "validate", reason: "invalid", message: `of ${name}` },
          ...{ origins: ["lab"], issue_count: 1 },
          issues: [{ path: "$.tests[0].x", code, expected: "a", got: "b" }],
        }),
      );
    }
    await using opened = await openPage(browser, served.at("/refused"));
    const { page } = opened;
    const heads = await page.locator(".refused .head").allTextContents();
    expect(heads).toEqual([
      "value not allowed 1 file",
      "unknown field 3 files",
      "wrong format 1 file",
    ]);
    await page.getByRole("link", { name: "3 files" }).click();
    await page.getByRole("heading", { name: "unknown field: 3 files" }).waitFor();
    expect(await page.locator(".refused .head a").allTextContents()).toEqual([
      "y3.json",
      "y2.json",
      "y1.json",
    ]);
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole("link", { name: "y2.json" }).click();
    await page.getByRole("heading", { name: "Mistakes" }).waitFor();
    await page.getByRole("link", { name: "unknown field" }).click();
    await page.getByRole("heading", { name: "unknown field: 3 files" }).waitFor();
    for (const name of added) {
      rmSync(`${served.spool.failed}/${name}`);
      rmSync(`${served.spool.failed}/${name}.error`);
    }
  });

  test("an open page shows what comes in, without a reload", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(served.at("/waiting").href);
    await page.evaluate("globalThis.sameDocument = true");
    const late = { id: "lab:late", origin: "lab", build_id: "lab:comes-later", path: "boot" };
    const submission = { version: { major: 5, minor: 3 }, tests: [late] };
    await served.on.write(submission as unknown as Parameters<typeof served.on.write>[0]);
    await page.clock.fastForward(31_000);
    await page.getByText("lab:comes-later").waitFor();
    expect(await page.evaluate("globalThis.sameDocument")).toBe(true);
    await context.close();
  });
});

interface Looks {
  headings: string[];
  title: string;
  /** How many elements there are that none of ours is. */
  foreign: number;
}

/** Asked at once: the first question to a page by a locator takes longer than to show it. */
const looks = `({
  headings: [...document.querySelectorAll("h1")].map((one) => one.innerText),
  title: document.title,
  foreign: document.querySelectorAll("body script, style, iframe, object").length,
})`;

async function overflow(page: Page): Promise<number> {
  return page.evaluate("document.documentElement.scrollWidth - innerWidth");
}

/** The boards of the groups that are shown. */
async function boards(page: Page): Promise<string[]> {
  return [...new Set(await page.locator(".group h3 > a").allTextContents())];
}
