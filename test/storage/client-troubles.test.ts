import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { StorageClient } from "../../src/storage/client.ts";
import type { UploaderSettings } from "../../src/storage/settings.ts";
import { everyWord, faultOf } from "./fault-of.ts";
import { excerpt, pathOf, quickSettings } from "./settings.ts";
import { type Behaviour, type StandIn, startStandIn, type UploadMode } from "./stand-in.ts";

const { hash, text } = excerpt("trouble", 4_000);

/** A bound that a working server keeps, for tests of one that does not answer. */
const hasty = { callTimeoutMs: 300 };

/** What one try comes to on a server that behaves like this. */
async function tryOn(behaviour: Partial<Behaviour>, changes: Partial<UploaderSettings> = {}) {
  await using standIn = await startStandIn(behaviour);
  using client = new StorageClient(quickSettings(standIn, changes));
  const startedMs = performance.now();
  const fault = await faultOf(client.store(hash, text));
  return { fault, tookMs: performance.now() - startedMs, standIn };
}

describe("an upload is not taken for stored", () => {
  test.each([
    ["nothing is", "forget", "unconfirmed", false],
    ["half of it is", "truncate", "unconfirmed", false],
    ["the connection ends in mid-body", "cut-upload", "ECONNRESET", true],
    ["the server hangs", "hang", "timeout", true],
    ["the answer drips", "drip", "timeout", true],
    ["a proxy knows better", { status: 502, body: "Bad Gateway" }, "502", true],
    ["the path is locked", { status: 409, body: "Upload already in progress" }, "409", true],
    ["it is too large", { status: 413 }, "413", false],
    ["the user may not", { status: 403, body: "no" }, "403", false],
    ["the form is odd", { status: 400, body: "malformed" }, "400", false],
  ] satisfies [string, UploadMode, string, boolean][])("when %s", async (_, mode, code, retry) => {
    const silent = mode === "hang" || mode === "drip";
    const { fault, tookMs } = await tryOn({ upload: [mode] }, silent ? hasty : {});
    expect(fault).toMatchObject({ code, retry });
    expect(fault.message).toContain("http://127.0.0.1:");
    expect(fault.hint?.length).toBeGreaterThan(10);
    expect(tookMs).toBeLessThan(1_000);
  });

  test.each([
    ["hangs", "hang", "timeout"],
    ["drips", "drip", "timeout"],
    ["breaks off", "cut-answer", "ECONNRESET"],
    ["fails", { status: 500 }, "500"],
    ["is locked", { status: 408 }, "408"],
  ] as const)("when the look at it %s", async (_, mode, code) => {
    const silent = mode === "hang" || mode === "drip";
    const { fault, tookMs } = await tryOn({ look: ["well", mode] }, silent ? hasty : {});
    expect(fault).toMatchObject({ code, retry: true });
    expect(tookMs).toBeLessThan(1_000);
  });
});

test("an upload whose answer is lost is found by the next try", async () => {
  await using standIn = await startStandIn({ upload: ["cut-answer"] });
  using client = new StorageClient(quickSettings(standIn));
  expect((await faultOf(client.store(hash, text))).retry).toBe(true);
  expect(await client.store(hash, text)).toBe("found");
  expect(standIn.uploads.get(pathOf(hash))).toBe(1);
});

test("a truncated object of an earlier crash is replaced", async () => {
  await using standIn = await startStandIn({ upload: ["cut-upload", "well"] });
  using client = new StorageClient(quickSettings(standIn));
  await faultOf(client.store(hash, text));
  expect(await client.store(hash, text)).toBe("uploaded");
});

test("a text that another program packed differently is found, not overwritten", async () => {
  await using standIn = await startStandIn();
  using client = new StorageClient(quickSettings(standIn));
  const theirs = Uint8Array.from(gzipSync(text, { level: 1 }));
  standIn.objects.set(pathOf(hash), theirs);
  expect(await client.store(hash, text)).toBe("found");
  expect(standIn.objects.get(pathOf(hash))).toBe(theirs);
});

test("a server that tells no length is asked for the object itself", async () => {
  await using standIn = await startStandIn({ look: ["no-length"] });
  using client = new StorageClient(quickSettings(standIn));
  expect(await client.store(hash, text)).toBe("uploaded");
  standIn.behaviour.upload = ["truncate"];
  standIn.objects.clear();
  expect((await faultOf(client.store(hash, text))).code).toBe("unconfirmed");
});

test("the form has the path first, so that a locked path is waited for", async () => {
  await using standIn = await startStandIn();
  using client = new StorageClient(quickSettings(standIn));
  const lock = standIn.lock(pathOf(hash));
  setTimeout(() => lock[Symbol.dispose](), 50);
  expect(await client.store(hash, text)).toBe("uploaded");
});

test("requests say who we are, carry the token only where it is needed, and expect nothing", async () => {
  await using standIn = await startStandIn();
  using client = new StorageClient(quickSettings(standIn, { version: "1.2.3" }));
  await client.store(hash, text);
  const sent = standIn.requests.map(({ method, target, headers }) => ({
    what: `${method} ${target}`,
    token: headers.get("authorization"),
    agent: headers.get("user-agent"),
    expect: headers.get("expect"),
    chunked: headers.get("transfer-encoding"),
  }));
  const common = { agent: "kci-ingester/1.2.3", expect: undefined, chunked: undefined };
  expect(sent).toEqual([
    { what: `HEAD /${pathOf(hash)}`, token: undefined, ...common },
    { what: "POST /upload", token: `Bearer ${standIn.token}`, ...common },
    { what: `HEAD /${pathOf(hash)}`, token: undefined, ...common },
  ]);
});

test("a redirect to another host is not followed, and the token does not go there", async () => {
  await using elsewhere = await startStandIn();
  const redirect = { status: 307, headers: { location: `${elsewhere.url}/upload` } };
  const { fault } = await tryOn({ upload: [redirect] });
  expect(fault).toMatchObject({ code: "307", class: "operator", retry: false });
  expect((await tryOn({ look: [redirect] })).fault.code).toBe("307");
  expect(elsewhere.requests).toEqual([]);
});

test("a server that echoes the token does not bring it into a message", async () => {
  await using standIn = await startStandIn();
  standIn.behaviour.upload = [{ status: 500, body: `you sent Bearer ${standIn.token}` }];
  using client = new StorageClient(quickSettings(standIn));
  const fault = await faultOf(client.store(hash, text));
  expect(fault.message).toContain("you sent Bearer (token)");
  expect(everyWord(fault)).not.toContain(standIn.token);
});

test("an endless answer is not read to its end", async () => {
  const { fault } = await tryOn({ upload: [{ status: 500, body: "x".repeat(5_000_000) }] });
  expect(fault.code).toBe("500");
  expect(fault.message.length).toBeLessThan(500);
});

test("nobody listening is a transport error, to be tried again", async () => {
  const dead = await startStandIn();
  await dead[Symbol.asyncDispose]();
  using client = new StorageClient(quickSettings(dead));
  const fault = await faultOf(client.store(hash, text));
  expect(fault).toMatchObject({ code: "ECONNREFUSED", retry: true, class: "transient" });
  expect(fault.hint).toContain("STORAGE_BASE_URL");
});

test("a name that does not resolve is a transport error, to be tried again", async () => {
  const server = { url: "http://storage.invalid", token: "some.good.token" };
  using client = new StorageClient(quickSettings(server));
  expect(await faultOf(client.store(hash, text))).toMatchObject({ retry: true });
});

test("a kept connection that the server has closed meanwhile is replaced silently", async () => {
  let requests = 0;
  const server = net.createServer((socket) => {
    let answered = 0;
    socket.on("error", () => {});
    socket.on("data", () => {
      requests += 1;
      // Like a server that closes an idle connection just as the next request arrives.
      if (answered++ > 0) socket.resetAndDestroy();
      else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\nAuthorized: you");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  using client = new StorageClient(
    quickSettings({ url: `http://127.0.0.1:${port}`, token: "some.good.token" }),
  );
  expect(await client.checkAuth()).toBe("Authorized: you");
  expect(await client.checkAuth()).toBe("Authorized: you");
  expect(requests).toBe(3);
  server.close();
});

test("a stop from our side ends a call at once", async () => {
  await using standIn = await startStandIn({ look: ["hang"] });
  using client = new StorageClient(quickSettings(standIn, { callTimeoutMs: 10_000 }));
  const startedMs = performance.now();
  const fault = await faultOf(client.store(hash, text, AbortSignal.timeout(20)));
  expect(fault.code).toBe("stopped");
  expect((await faultOf(client.store(hash, text, AbortSignal.abort()))).code).toBe("stopped");
  expect(performance.now() - startedMs).toBeLessThan(5_000);
});

describe("with TLS", () => {
  const pem = readFileSync(join(import.meta.dir, "localhost.pem"), "utf8");
  const start = () => startStandIn({}, { key: pem, cert: pem });
  const storeOn = (standIn: StandIn, changes: Partial<UploaderSettings>) => {
    const client = new StorageClient(quickSettings(standIn, changes));
    return client.store(hash, text).finally(() => client[Symbol.dispose]());
  };

  test("a server whose certificate is trusted gets the text", async () => {
    await using standIn = await start();
    expect(await storeOn(standIn, { ca: pem })).toBe("uploaded");
  });

  test("an unknown certificate is refused, whatever the environment says", async () => {
    await using standIn = await start();
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
    try {
      const fault = await faultOf(storeOn(standIn, {}));
      expect(fault).toMatchObject({ class: "operator", retry: false });
      expect(fault.hint).toContain("certificate");
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    }
    expect(standIn.requests).toEqual([]);
  });

  test("a certificate of another name is refused", async () => {
    await using standIn = await start();
    const url = standIn.url.replace("localhost", "127.0.0.1");
    const fault = await faultOf(storeOn(standIn, { baseUrl: url, ca: pem }));
    expect(fault).toMatchObject({ code: "ERR_TLS_CERT_ALTNAME_INVALID", retry: false });
  });

  test("a handshake that never ends is cut by the deadline on connecting", async () => {
    const server = net.createServer((socket) => socket.on("error", () => {}));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as net.AddressInfo;
    const settings = quickSettings({ url: `https://127.0.0.1:${port}`, token: "some.good.token" });
    using client = new StorageClient({ ...settings, connectTimeoutMs: 50, callTimeoutMs: 5_000 });
    const startedMs = performance.now();
    expect((await faultOf(client.store(hash, text))).code).toBe("connect-timeout");
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    server.close();
  });
});
