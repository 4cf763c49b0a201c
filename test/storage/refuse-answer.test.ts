import { expect, test } from "bun:test";
import { refuseAnswer } from "../../src/storage/refuse-answer.ts";

function refuse(status: number, headers: Record<string, string> = {}) {
  const answer = { status, headers, body: Buffer.alloc(0), cut: false };
  return refuseAnswer("upload an excerpt", "https://files.example.org/upload", answer, "why");
}

test.each([
  [400, false, "server", "operator"],
  [401, false, "server", "operator"],
  [403, false, "server", "operator"],
  [404, false, "server", "operator"],
  [402, false, "server", "operator"],
  [405, false, "server", "operator"],
  [410, false, "server", "operator"],
  [451, false, "server", "operator"],
  [408, true, "text", "transient"],
  [409, true, "text", "transient"],
  [413, false, "text", "operator"],
  [429, true, "text", "transient"],
  [204, false, "server", "operator"],
  [301, false, "server", "operator"],
  [302, false, "server", "operator"],
  [304, false, "server", "operator"],
  [307, false, "server", "operator"],
  [308, false, "server", "operator"],
  [500, true, "server", "transient"],
  [502, true, "server", "transient"],
  [503, true, "server", "transient"],
  [504, true, "server", "transient"],
  [507, true, "server", "transient"],
  [599, true, "server", "transient"],
] as const)("%d: retried %p, speaks against the %s, class %s", (status, retry, blame, kind) => {
  const fault = refuse(status);
  expect(fault).toMatchObject({ retry, blame, class: kind, code: String(status) });
  expect(fault.hint).not.toBe("");
});

test("the message says where, what was expected, what came, and the server's reason", () => {
  expect(refuse(403).message).toBe(
    "storage: upload an excerpt: https://files.example.org/upload: expected 200, got 403: why",
  );
});

test("Retry-After is understood as seconds and as a date, where a retry makes sense", () => {
  expect(refuse(429, { "retry-after": "7" }).retryAfterMs).toBe(7000);
  expect(refuse(503, { "retry-after": "soon" }).retryAfterMs).toBeUndefined();
  const inAMinute = new Date(Date.now() + 60_000).toUTCString();
  expect(refuse(503, { "retry-after": inAMinute }).retryAfterMs).toBeWithin(55_000, 60_001);
  expect(refuse(503, { "retry-after": new Date(0).toUTCString() }).retryAfterMs).toBe(0);
  expect(refuse(401, { "retry-after": "7" }).retryAfterMs).toBeUndefined();
});
