import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { good } from "../commands/spool-with.ts";
import { kinds, postgresUrl } from "../databases.ts";
import { until } from "../faults/until.ts";
import { hasChromium, openBrowser } from "../observe/chromium.ts";
import { type LiveService, startLive } from "../observe/live-service.ts";
import {
  findingsInBothSchemes,
  openPage,
  portray,
  seriousFindings,
} from "../observe/page/open-page.ts";
import { startPostgres } from "../postgres-server.ts";
import { compiled } from "./binary.ts";
import { asAtWork, ingester, runIngester } from "./run-ingester.ts";

setDefaultTimeout(60_000);

const sqlite = kinds.find((kind) => kind.name === "SQLite");

describe.if(hasChromium)("the status page of a live service", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => browser?.close());

  async function startOnSqlite(...words: string[]) {
    const database = await sqlite?.create();
    if (!database) throw new Error("there is no SQLite");
    const service = await startLive({ databaseUrl: database.url, words, env: asAtWork });
    return {
      ...service,
      databasePath: database.url.slice("sqlite:".length),
      async [Symbol.asyncDispose]() {
        await service[Symbol.asyncDispose]();
        await database[Symbol.asyncDispose]();
      },
    };
  }

  test("is at rest with an empty spool", async () => {
    await using service = await startOnSqlite();
    await using opened = await openPage(browser, service.url);
    const { page } = opened;
    await page.getByText("live", { exact: true }).waitFor();
    await page.locator("#status").getByText("Ready", { exact: true }).waitFor();
    expect(await figure(page, "Waiting")).toBe("0");
    expect(await page.locator("#refused").textContent()).toBe("None since the start.");
    await portray(page, "empty");
    expect(await findingsInBothSchemes(page)).toEqual([]);
  });

  test("shows a backlog of thousands of files being worked off", async () => {
    await using service = await startOnSqlite("--max-workers", "1");
    await using opened = await openPage(browser, service.url);
    const { page } = opened;
    await page.locator("#status").getByText("Ready", { exact: true }).waitFor();
    const origins = ["maestro", "linaro", "redhat", "ti", "0dayci"];
    const files = Array.from({ length: 3_000 }, (_, n) => {
      const origin = origins[n % 7] ?? "maestro";
      return [`${n}.json`, manyTests(`${origin}:${n}`, origin)] as const;
    });
    const waiting = async () => Number((await figure(page, "Waiting")).replaceAll(",", ""));
    // Whoever writes in the database has the work stand still, for the page to be looked at.
    using other = new Database(service.databasePath);
    other.run("pragma busy_timeout = 20000");
    other.run("begin immediate");
    // With one in hand, the others come in batches of which the second is no more than half of them.
    service.send(new Map([["first.json", good()]]));
    const note = join(service.spool, ".kci-ingester.in-hand");
    await until(() => existsSync(note) && !readFileSync(note, "utf8").includes('"inHand":""'));
    service.send(new Map(files));
    await until(async () => (await waiting()) === files.length);
    await page.getByText("oldest").waitFor();
    await portray(page, "backlog");
    expect(await seriousFindings(page)).toEqual([]);
    other.run("rollback");
    await until(() => inFolder(service, "archive").length > 0);
    other.run("begin immediate");
    await until(async () => (await figure(page, "Ingested")) !== "0");
    const later = await waiting();

    other.run("rollback");
    await until(async () => (await figure(page, "Ingested")) === "3,001", 50_000);
    // It was seen to shrink, and is gone.
    expect([later > 0, later < files.length]).toEqual([true, true]);
    await page.getByText("the spool is empty").waitFor();
    await page.locator("#origins").getByRole("row", { name: "maestro" }).waitFor();
    expect(await findingsInBothSchemes(page)).toEqual([]);
    await portray(page, "worked-off");
  });

  test("shows refused files with hostile names and messages as plain text", async () => {
    await using service = await startOnSqlite();
    service.send(new Map(hostileFiles));
    expect(
      await until(() => inFolder(service, "failed").length === 2 * hostileFiles.length, 20_000),
    ).toBe(true);
    await using opened = await openPage(browser, service.url, {
      viewport: { width: 390, height: 844 },
    });
    const { page } = opened;
    await page.getByText("live", { exact: true }).waitFor();
    // They are of one kind: its card leads to the newest of them, the others are in failed/.
    const links = page.locator("#refused a");
    const total = page.locator("#refused .card", { hasText: `${hostileFiles.length} files` });
    expect([await total.count(), await links.count()]).toEqual([1, 3]);
    await expectHarmless(page, 1);
    await portray(page, "refused");
    expect(await findingsInBothSchemes(page)).toEqual([]);
    for (let index = 0; index < 3; index++) {
      await links.nth(index).click();
      await page.getByRole("heading", { name: "Mistakes" }).waitFor();
      await expectHarmless(page, 0);
      expect(await seriousFindings(page)).toEqual([]);
      await portray(page, `refused-${index}`);
      await page.getByRole("link", { name: "Back to the status" }).click();
    }
  });

  test("says when the spool is in trouble and when it is well again", async () => {
    await using service = await startOnSqlite();
    await using opened = await openPage(browser, service.url);
    const { page } = opened;
    const spool = page.locator(".dependency", { hasText: "Spool" });
    await spool.getByText("up", { exact: true }).waitFor();
    renameSync(join(service.spool, "archive"), join(service.spool, "aside"));
    writeFileSync(join(service.spool, "archive"), "a file in the folder's place");
    service.send(new Map([["one.json", good()]]));
    await spool.getByText("down", { exact: true }).waitFor();
    await spool.getByText("does the folder still exist, and is it a folder?").waitFor();
    await page.locator("#status").getByText("Not ready: the spool cannot be used").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await portray(page, "spool-trouble");
    // The service makes the folder anew, at any moment from now on.
    unlinkSync(join(service.spool, "archive"));
    await spool.getByText("up", { exact: true }).waitFor();
    expect(inFolder(service, "archive")).toEqual(["one.json"]);
    await page.locator("#status").getByText("Ready", { exact: true }).waitFor();
  });

  test("is not ready while the spool is gone, and says so wherever it is asked", async () => {
    const database = await sqlite?.create();
    if (!database) throw new Error("there is no SQLite");
    await using _database = database;
    await using service = await startLive({
      databaseUrl: database.url,
      words: ["--interval", "0.2"],
    });
    const ask = async (path: string) => await (await fetch(new URL(path, service.url))).text();
    expect(await until(async () => (await ask("/ready")) === "ready\n")).toBe(true);
    const aside = `${service.spool}.aside`;
    renameSync(service.spool, aside);
    expect(await until(async () => (await ask("/ready")) !== "ready\n")).toBe(true);
    const reason = `the spool cannot be used: cannot list the folder ${service.spool}: ENOENT`;
    expect(await ask("/ready")).toStartWith(`not ready: ${reason}`);
    expect(JSON.parse(await ask("/status.json")).notReady).toStartWith(reason);
    expect(await ask("/metrics")).toContain("kcidb_ingester_spool_up 0");
    renameSync(aside, service.spool);
    expect(await until(async () => (await ask("/ready")) === "ready\n")).toBe(true);
    expect(await ask("/metrics")).toContain("kcidb_ingester_spool_up 1");
  });

  test.skipIf(!postgresUrl())("says when Postgres goes away and comes back", async () => {
    using server = startPostgres({ fsync: "off" });
    const migrated = await runIngester(ingester, ["migrate", "--database", server.url]);
    expect(migrated.exitCode).toBe(0);
    await using service = await startLive({ databaseUrl: server.url, program: await compiled() });
    await using opened = await openPage(browser, service.url);
    const { page } = opened;
    const status = page.locator("#status");
    service.send(new Map([["before.json", good()]]));
    await page.locator(".figure", { hasText: "1 object" }).waitFor();
    await page.evaluate("globalThis.sameDocument = true");

    server.stop("immediate");
    service.send(new Map([["during.json", good("lab2")]]));
    await status.getByText("Not ready: the database is unreachable").waitFor();
    const database = page.locator(".dependency", { hasText: "Database" });
    await database.getByText("down", { exact: true }).waitFor();
    await database.getByText("ECONNREFUSED").waitFor();
    expect(await page.content()).not.toContain("secret-of-the-test");
    expect(await findingsInBothSchemes(page)).toEqual([]);
    await portray(page, "outage");

    server.start();
    await status.getByText("Ready", { exact: true }).waitFor();
    await database.getByText("up", { exact: true }).waitFor();
    await page.locator("#origins").getByRole("row", { name: "lab2" }).waitFor();
    expect(await page.evaluate("globalThis.sameDocument")).toBe(true);
    expect(inFolder(service, "failed")).toEqual([]);
  });
});

/** Enough rows for these to take several batches. */
function manyTests(id: string, origin: string): string {
  const tests = Array.from({ length: 20 }, (_, at) => ({
    id: `${id}-${at}`,
    build_id: id,
    origin,
  }));
  return JSON.stringify({ version: { major: 5, minor: 3 }, tests });
}

/** Files that try to be more than text: by their name, and by what the reason quotes of them. */
const hostileFiles: [name: string, text: string][] = [
  '<script>document.title="owned"<!--',
  `"'><img src=x onerror=document.title="owned">`,
  "x".repeat(250),
  "\u202eתוצאות\u202c \u2067مرحبا",
  "line\none\u001b[31mtwo\u0007",
].map((name, index) => {
  const text = index === 2 ? `${"long ".repeat(1000)}${"x".repeat(5000)}` : `${name}</script>`;
  const test = { id: "lab:1", build_id: "lab:1", origin: text, status: text, [text]: text };
  const submission = { version: { major: 5, minor: 3 }, tests: [test] };
  return [`${name.slice(0, 245)}.json`, JSON.stringify(submission)];
});

async function expectHarmless(page: Page, scripts: number): Promise<void> {
  expect(await page.locator("script, img, style").count()).toBe(scripts);
  expect(await page.title()).not.toBe("owned");
  const overflow: number = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
  expect(overflow).toBeLessThanOrEqual(0);
}

async function figure(page: Page, name: string): Promise<string> {
  const found = page.locator(".figure", { hasText: name }).locator("b").first();
  return (await found.textContent()) ?? "";
}

function inFolder(service: LiveService, folder: string): string[] {
  return readdirSync(join(service.spool, folder));
}
