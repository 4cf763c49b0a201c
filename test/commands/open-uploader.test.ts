import { expect, test } from "bun:test";
import { openUploader } from "../../src/commands/open-uploader.ts";
import type { ExcerptConfig } from "../../src/config/config.ts";
import type { Log, LogFields } from "../../src/observe/log.ts";
import { until } from "../faults/until.ts";
import { startStandIn } from "../storage/stand-in.ts";

test("without a token it says once that excerpts stay inline", async () => {
  const { logged, open } = opener();
  expect(await open(undefined)).toBeUndefined();
  expect(logged.map(({ level, event }) => `${level} ${event}`)).toEqual(["info excerpts_inline"]);
});

test("a server that takes the token is asked once, and nothing is said", async () => {
  await using standIn = await startStandIn();
  const { logged, open } = opener();
  await using _uploader = await open({ baseUrl: standIn.url, token: standIn.token });
  await until(() => standIn.requests.length === 1);
  await Bun.sleep(20);
  expect(standIn.requests.map(({ target }) => target)).toEqual(["/v1/checkauth"]);
  expect(logged).toEqual([]);
});

test("a server that refuses the token is a warning with what to do", async () => {
  await using standIn = await startStandIn();
  const { logged, open } = opener();
  await using _uploader = await open({ baseUrl: standIn.url, token: "some.bad.token" });
  await until(() => logged.length === 1);
  expect(logged).toMatchObject([
    {
      level: "warn",
      event: "storage_check_failed",
      fields: { hint: expect.stringContaining("set a valid STORAGE_TOKEN") },
    },
  ]);
});

test("a stop during the question is no failure", async () => {
  await using standIn = await startStandIn({ delayMs: 10_000 });
  const { logged, open, stop } = opener();
  await using _uploader = await open({ baseUrl: standIn.url, token: standIn.token });
  await until(() => standIn.requests.length === 1);
  stop();
  await Bun.sleep(20);
  expect(logged).toEqual([]);
});

test.each([
  ["http://storage.invalid/files", true],
  ["http://192.0.2.1", true],
  ["https://storage.invalid", false],
  ["http://127.0.0.1:1", false],
  ["http://localhost:1", false],
  ["http://[::1]:1", false],
])("whether the token goes to %s in clear is told: %p", async (baseUrl, isTold) => {
  const { logged, open, stop } = opener();
  const opening = open({ baseUrl, token: "some.good.token" });
  stop();
  await using _uploader = await opening;
  const told = logged.filter(({ event }) => event === "storage_in_clear");
  expect(told).toHaveLength(isTold ? 1 : 0);
  expect(JSON.stringify(logged)).not.toContain("some.good.token");
});

// --- internal ---

function opener() {
  const logged: { level: string; event: string; fields: LogFields }[] = [];
  const stopping = new AbortController();
  const at =
    (level: string) =>
    (event: string, fields: LogFields = {}) =>
      void logged.push({ level, event, fields });
  const log: Log = { error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug") };
  return {
    logged,
    stop: () => stopping.abort(),
    open: (config: Pick<ExcerptConfig, "baseUrl" | "token"> | undefined) => {
      const whole = config && { ...config, thresholdBytes: 256, cacheEntries: 100 };
      return openUploader(whole, log, stopping.signal, () => {});
    },
  };
}
