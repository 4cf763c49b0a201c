import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { urlDelivery } from "../../src/hook/post-json.ts";
import { commandDelivery } from "../../src/hook/run-command.ts";
import { until } from "../faults/until.ts";
import { temporaryFolder } from "../temporary.ts";

setDefaultTimeout(60_000);

const refusals = ['{"file":"a.json"}', '{"file":"b.json"}'];
const { signal: goesOn } = new AbortController();
const env = { PATH: process.env.PATH };

const command = (words: string[], timeoutMs = 10_000) => commandDelivery({ words, env, timeoutMs });

test("a command gets one line for each refusal, its words as they are, and only the environment it may have", async () => {
  using folder = temporaryFolder();
  const out = join(folder.path, "out");
  const words = [
    "sh",
    "-c",
    'printf "%s\\n" "$1" > "$0"; env >> "$0"; cat >> "$0"',
    out,
    "$(id) *",
  ];
  expect(await command(words)(refusals, goesOn)).toBeUndefined();
  const [first, ...rest] = readFileSync(out, "utf8").trimEnd().split("\n");
  expect([first, rest.slice(-2)]).toEqual(["$(id) *", refusals]);
  expect(
    rest
      .slice(0, -2)
      .map((line) => line.split("=")[0])
      .sort(),
  ).toEqual(
    ["PATH", "PWD", "SHLVL", "_"].filter((name) =>
      rest.some((line) => line.startsWith(`${name}=`)),
    ),
  );
});

test("a command that does not read, reads late or writes a lot is told all the same", async () => {
  const many = Array.from({ length: 5_000 }, (_, at) => `{"file":"${at}${"x".repeat(200)}"}`);
  expect(await command(["true"])(many, goesOn)).toBeUndefined();
  const noisy = "cat > /dev/null; head -c 3000000 /dev/zero >&2";
  expect(await command(["sh", "-c", noisy])(many, goesOn)).toBeUndefined();
});

test.each<[words: string[], why: string | RegExp]>([
  [["sh", "-c", "echo no room password=geheim >&2; exit 3"], "exit code 3: no room password=***"],
  [["sh", "-c", "kill -TERM $$"], "ended by SIGTERM"],
  [["/no/such/program"], /^cannot start: ENOENT/],
])("why %p failed is told", async (words, why) => {
  const failure = await command(words)(refusals, goesOn);
  expect(failure).toEqual({
    why: typeof why === "string" ? why : expect.stringMatching(why),
    isFinal: false,
  });
});

test("a command that takes too long is killed with all that it has started", async () => {
  using folder = temporaryFolder();
  const pidFile = join(folder.path, "pid");
  const words = ["sh", "-c", 'sleep 600 & echo $! > "$0"; wait', pidFile];
  const startedMs = performance.now();
  const failure = await command(words, 500)(refusals, goesOn);
  expect(failure?.why).toBe("killed: still running after 0.5 s");
  expect(performance.now() - startedMs).toBeLessThan(5_000);
  const pid = readFileSync(pidFile, "utf8").trim();
  const isGone = () =>
    !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z");
  await until(isGone);
});

test("a stop of the service ends a command and a request at once", async () => {
  using silent = Bun.serve({ port: 0, fetch: () => new Promise<Response>(() => {}) });
  const url = urlDelivery({ url: silent.url.href, userAgent: "x", timeoutMs: 60_000 });
  for (const deliver of [command(["sleep", "600"], 60_000), url]) {
    const stop = new AbortController();
    const delivery = deliver(refusals, stop.signal);
    setTimeout(() => stop.abort(), 100);
    expect((await delivery)?.why).toMatch(/the service is stopping$/);
  }
});

test("a URL gets one request with all refusals, and the password where it belongs", async () => {
  const requests: { body: unknown; headers: Headers; url: string }[] = [];
  using server = Bun.serve({
    port: 0,
    fetch: async (request) => {
      requests.push({ body: await request.json(), headers: request.headers, url: request.url });
      return new Response(null, { status: 204 });
    },
  });
  const url = new URL("/hook?a=b", server.url);
  url.username = "me";
  url.password = "ge:heim";
  const deliver = urlDelivery({ url: url.href, userAgent: "kci-ingester/1", timeoutMs: 5_000 });
  expect(await deliver(refusals, goesOn)).toBeUndefined();
  expect(requests).toHaveLength(1);
  const [{ body, headers, url: asked } = {}] = requests as Partial<(typeof requests)[number]>[];
  expect(body).toEqual({ json_version: 1, refusals: [{ file: "a.json" }, { file: "b.json" }] });
  expect(headers?.get("authorization")).toBe(`Basic ${btoa("me:ge:heim")}`);
  expect([headers?.get("content-type"), headers?.get("user-agent")]).toEqual([
    "application/json",
    "kci-ingester/1",
  ]);
  expect(asked).not.toContain("heim");
});

test.each([
  [500, false],
  [429, false],
  [302, false],
  [404, true],
  [401, true],
])("an answer of %p is a failure; final: %p", async (status, isFinal) => {
  let asked = 0;
  using server = Bun.serve({
    port: 0,
    fetch: () => {
      asked++;
      return new Response("x".repeat(100_000), { status, headers: { location: "/elsewhere" } });
    },
  });
  const deliver = urlDelivery({ url: server.url.href, userAgent: "x", timeoutMs: 5_000 });
  expect(await deliver(refusals, goesOn)).toEqual({ why: `answers ${status}`, isFinal });
  expect(asked).toBe(1);
});

test("a server that is silent or gone is a failure, told without its URL", async () => {
  using silent = Bun.serve({ port: 0, fetch: () => new Promise<Response>(() => {}) });
  const options = { userAgent: "x", timeoutMs: 300 };
  const late = await urlDelivery({ url: silent.url.href, ...options })(refusals, goesOn);
  expect(late).toEqual({ why: "no answer within 0.3 s", isFinal: false });
  const gone = await urlDelivery({ url: "http://127.0.0.1:1/secret", ...options })(
    refusals,
    goesOn,
  );
  expect(gone).toEqual({ why: expect.stringMatching(/^cannot be reached: \w+$/), isFinal: false });
});
