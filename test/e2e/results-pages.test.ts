import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { sqlite, type TestDatabase } from "../databases.ts";
import { until } from "../faults/until.ts";
import { type LiveService, startLive } from "../observe/live-service.ts";
import { demoResults } from "../pages/demo-results.ts";
import { compiled } from "./binary.ts";

setDefaultTimeout(60_000);

let database: TestDatabase;
let service: LiveService;
beforeAll(async () => {
  database = await sqlite.create();
  // The binary: there a thread is found only among its entries.
  const program = await compiled();
  service = await startLive({ databaseUrl: database.url, program, words: ["--results"] });
});
afterAll(async () => {
  await service?.[Symbol.asyncDispose]();
  await database?.[Symbol.asyncDispose]();
});

const get = async (path: string, init?: RequestInit) => {
  const answer = await fetch(new URL(path, service.url), init);
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
};

test("monitor --results shows what comes in, beside the status page, with links both ways", async () => {
  expect((await get("/failures")).text).toContain("Nothing was ingested yet");
  service.send(new Map([["all.json", JSON.stringify(demoResults(Date.now()))]]));
  expect(await until(async () => (await get("/failures")).text.includes("rk3399-gru-kevin"))).toBe(
    true,
  );
  expect((await get("/failures")).text).toContain('<a href="/">Service status</a>');
  expect((await get("/")).text).toContain('<a href="/failures">Results</a>');
  const found = await get(
    "/submission?test=maestro%3Amainline-0-arm64-defconfig-rk3399-gru-kevin-boot",
  );
  expect(found.text).toContain("all.json");
});

test("the same port answers the read API, questions with a body too, and metrics as before", async () => {
  expect(JSON.parse((await get("/api/origins")).text)).toBeObject();
  const body = JSON.stringify({
    origin: "maestro",
    startTimestampInSeconds: 0,
    endTimestampInSeconds: 1,
  });
  expect((await get("/api/hardware/x/summary", { method: "POST", body })).status).toBe(200);
  expect((await get("/failures", { method: "POST", body })).status).toBe(405);
  expect((await get("/metrics")).text).toContain("kcidb_ingestions_total");
  expect((await get("/no-such-page")).status).toBe(404);
});

test.if(process.platform === "linux")(
  "the thread that answers, and no other, gives way to ingestion",
  async () => {
    expect((await get("/failures")).status).toBe(200);
    const tasks = `/proc/${service.process.pid}/task`;
    const nice = readdirSync(tasks).map((id) => {
      const stat = readFileSync(`${tasks}/${id}/stat`, "utf8");
      return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[16]);
    });
    const usual = Math.min(...nice);
    expect(nice.filter((one) => one > usual)).toEqual([usual + 10]);
  },
);

test("pages are sent with a policy that lets nothing in from elsewhere", async () => {
  const { headers } = await get("/failures");
  const policy = headers.get("content-security-policy") ?? "";
  expect(policy).toStartWith("default-src 'none'; script-src 'self'; style-src 'self'");
  expect(policy).toContain("form-action 'self'");
  const host = await get("/failures", { headers: { host: "evil.example.org" } });
  expect(host.status).toBe(421);
});
