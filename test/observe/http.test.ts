import { afterEach, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { type HttpOptions, type HttpServer, serveHttp } from "../../src/observe/http.ts";
import { HttpFault } from "../../src/observe/listen.ts";
import { emptySnapshot, StandInState } from "./page/sample.ts";

const open: HttpServer[] = [];

function start(options: Partial<HttpOptions> = {}) {
  const state = new StandInState();
  const errors: unknown[] = [];
  const server = serveHttp({
    host: "127.0.0.1",
    port: 0,
    metrics: { scrape: async () => "up 1\n", contentType: "text/plain; version=0.0.4" },
    state,
    refreshMs: 20,
    onError: (error) => errors.push(error),
    ...options,
  });
  open.push(server);
  const get = (path: string, init: RequestInit = {}) => fetch(new URL(path, server.url), init);
  return { server, state, errors, get };
}

/** Sends bytes as they are and returns the first line of the answer. */
async function sendRaw(server: HttpServer, request: string): Promise<string> {
  const socket = connect(Number(server.url.port), "127.0.0.1");
  socket.end(request);
  let text = "";
  for await (const chunk of socket) text += chunk;
  return text.split("\r\n")[0] ?? "";
}

afterEach(async () => {
  for (const server of open.splice(0)) await server[Symbol.asyncDispose]();
});

describe("serveHttp", () => {
  test.each(["/metrics", "/metrics/"])("%s answers with the metrics", async (path) => {
    const response = await start().get(path);
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4");
    expect(await response.text()).toBe("up 1\n");
  });

  test("/ is the page for a browser and the metrics for a scraper that asks there", async () => {
    const { get } = start();
    expect(await (await get("/")).text()).toStartWith("<!doctype html>");
    const accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";
    expect(await (await get("/", { headers: { accept } })).text()).toBe("up 1\n");
  });

  test("/health is alive whatever happens, /ready says what is wrong", async () => {
    const { get, state } = start();
    expect((await get("/ready")).status).toBe(200);
    state.reason = "the database is unreachable";
    const response = await get("/ready");
    expect(response.status).toBe(503);
    expect(await response.text()).toBe("not ready: the database is unreachable\n");
    expect((await get("/health")).status).toBe(200);
  });

  test("/ready warns of a disk that fills, while all goes on", async () => {
    const { get, state } = start();
    const space = { device: 1, freeBytes: 30, sizeBytes: 1_000 };
    const disk = { names: ["spool", "archive"] as const, room: "low" as const };
    const inodes = { freeInodes: undefined, inodes: undefined };
    state.now = { ...emptySnapshot, disks: [{ ...disk, space: { ...space, ...inodes } }] };
    const response = await get("/ready");
    expect([response.status, await response.text()]).toEqual([
      200,
      "ready\nwarning: the disk of spool, archive is filling up: 30 B of 1 kB free (3 %)\n",
    ]);
    expect(await (await get("/")).text()).toContain("30\u00a0B of 1\u00a0kB free (3 %)");
  });

  test("every answer forbids foreign content, guessing of types and frames", async () => {
    const { get } = start();
    const paths = ["/", "/metrics", "/health", "/ready", "/status.json", "/live.js", "/nothing"];
    for (const path of paths) {
      const { headers } = await get(path);
      const policy = headers.get("content-security-policy");
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toContain("unsafe");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  test("/status.json holds the snapshot", async () => {
    const { get } = start();
    expect(await (await get("/status.json")).json()).toEqual({ ...emptySnapshot, notReady: null });
  });

  test.each(["POST", "PUT", "DELETE", "OPTIONS"])("%s is not served", async (method) => {
    const response = await start().get("/", { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD");
  });

  test("HEAD has no body and leaves no listener behind", async () => {
    const { get } = start();
    for (const path of ["/", "/events", "/metrics"]) {
      const response = await get(path, { method: "HEAD" });
      expect(response.status).toBe(200);
      expect(await response.text()).toBe("");
    }
  });

  test("on loopback, foreign names of this server are refused", async () => {
    const { get, server } = start();
    const port = server.url.port;
    for (const host of [
      "evil.example",
      `evil.example:${port}`,
      "127.0.0.1.evil.example",
      "[::2]",
    ]) {
      expect((await get("/status.json", { headers: { host } })).status).toBe(421);
    }
    for (const host of [`localhost:${port}`, "127.0.0.1", "[::1]:8002", "LOCALHOST"]) {
      expect((await get("/status.json", { headers: { host } })).status).toBe(200);
    }
  });

  test("on all addresses, any name is answered", async () => {
    const { get } = start({ host: "0.0.0.0" });
    expect((await get("/health", { headers: { host: "ingester:8002" } })).status).toBe(200);
  });

  test.each([
    ["GET /health HTTP/1.0", " 200 "],
    ["GET /ready HTTP/1.0\r\nHost:", " 200 "],
    ["GET // HTTP/1.0", " 404 "],
    ["GET /health HTTP/1.1\r\nHost: a b", " 400 "],
    ["GET /health HTTP/1.1\r\nHost: localhost:99999", " 400 "],
    ["GET /health HTTP/1.1\r\nHost: me@localhost", " 400 "],
    ["GET /health HTTP/1.1\r\nHost: [::1", " 400 "],
    ["GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example", " 400 "],
  ])("%j, whose Host is missing or none, is answered%sand is no error", async (request, status) => {
    for (const host of ["127.0.0.1", "0.0.0.0"]) {
      const { server, errors } = start({ host });
      const answer = await sendRaw(server, `${request}\r\nConnection: close\r\n\r\n`);
      expect(answer).toContain(status);
      expect(errors).toEqual([]);
    }
  });

  test("unheard-of paths and broken requests harm nobody", async () => {
    const { get, server, errors } = start();
    for (const path of ["/refused/zzz", "/refused/../etc", "/%00", "/refused//x", "/__proto__"]) {
      expect((await get(path)).status).toBe(404);
    }
    const broken = [
      "GET /%zz HTTP/1.1\r\nHost: localhost",
      "GET / HTTP/1.1\r\nHost: a b",
      "GET //x HTTP/1.1\r\nHost: localhost",
      "\u0016\u0003",
    ];
    for (const request of broken) {
      expect(await sendRaw(server, `${request}\r\nConnection: close\r\n\r\n`)).not.toContain(
        " 500",
      );
    }
    expect((await get("/health")).status).toBe(200);
    expect(errors).toEqual([]);
  });

  test("a failing scrape is told to the service and not to the asker", async () => {
    const scrape = () => Promise.reject(new Error("secret detail"));
    const { get, errors } = start({ metrics: { scrape, contentType: "text/plain" } });
    const response = await get("/metrics");
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("secret");
    expect(errors).toEqual([new Error("secret detail")]);
  });

  test("a taken port is a fault that names it", () => {
    const { server } = start();
    const again = () => start({ port: Number(server.url.port) });
    expect(again).toThrow(HttpFault);
    expect(again).toThrow(`cannot listen on 127.0.0.1 port ${server.url.port}: EADDRINUSE`);
  });

  test("events tell what changed, and only that", async () => {
    const { get, state } = start();
    const response = await get("/events");
    expect(response.headers.get("content-type")).toStartWith("text/event-stream");
    const events = readEvents(response);
    const first = (await events.next()).value ?? {};
    expect(Object.keys(first)).toEqual([
      "status",
      "figures",
      "charts",
      "dependencies",
      "refused",
      "origins",
    ]);
    state.reason = "the database is unreachable";
    const second = (await events.next()).value ?? {};
    expect(Object.keys(second)).toEqual(["status"]);
    expect(second.status).toContain("the database is unreachable");
    await events.return(undefined);
  });

  test("no more than 32 pages are kept open, and one that closes makes room", async () => {
    const { get } = start();
    const listeners: { response: Response; abort: AbortController }[] = [];
    for (let count = 0; count < 32; count++) {
      const abort = new AbortController();
      listeners.push({ response: await get("/events", { signal: abort.signal }), abort });
    }
    expect((await get("/events")).status).toBe(503);
    listeners[0]?.abort.abort();
    let status = 503;
    const deadline = Date.now() + 5000;
    while (status === 503 && Date.now() < deadline) {
      await Bun.sleep(20);
      const abort = new AbortController();
      const response = await get("/events", { signal: abort.signal });
      status = response.status;
      abort.abort();
    }
    expect(status).toBe(200);
    for (const { abort } of listeners) abort.abort();
  });
});

async function* readEvents(response: Response): AsyncGenerator<Record<string, string>, void> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const data: Record<string, string> = JSON.parse(text.slice("data: ".length, end));
      text = text.slice(end + 2);
      yield data;
    }
  }
}
