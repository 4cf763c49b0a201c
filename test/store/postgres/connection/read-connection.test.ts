import { expect, test } from "bun:test";
import { findPassword } from "../../../../src/store/postgres/connection/pass-file.ts";
import { readConnection } from "../../../../src/store/postgres/connection/read-connection.ts";
import { findService } from "../../../../src/store/postgres/connection/service-file.ts";
import { processorMs } from "../../../processor-ms.ts";

const nothing = () => undefined;
const read = (url: string, env: Record<string, string> = {}) =>
  readConnection("--database", url, env, nothing);

test.each([
  "postgres:",
  "postgres:///d",
  "postgres://h/d",
  "postgresql://us%3Aer:p%40%2F%3F%23%25%20@[::1]:6432/kci%20db%2F?sslmode=require",
  "postgres://u@%2Frun%2Fpostgresql:5433/d?options=-c%20a%3Db%26c",
  "postgres://u:p@h1:1,h2,[::1]:3/d",
  "postgres://h/d?hostaddr=10.0.0.1&sslpassword=x%26y&application_name=%C3%A4",
])("%s is read back from its own URL as the same", (url) => {
  const env = { PGUSER: "by variable", PGPASSWORD: "a b&c", PGTZ: "Asia/To kyo", PGSSLSNI: "0" };
  for (const found of [read(url), read(url, env)]) {
    expect(read(found.url).settings).toEqual(found.settings);
    expect(read(found.url).url).toBe(found.url);
  }
});

test("what a URL says counts more than a service, and that more than a variable", () => {
  const files: Record<string, string> = {
    "/home/u/.pg_service.conf": "[a]\nuser=service\nport=2\n",
    "/etc/shared/pg_service.conf": "[b]\nuser=shared\n",
  };
  const env = { PGUSER: "variable", PGPORT: "3", PGDATABASE: "variable", HOME: "/home/u" };
  const of = (url: string, more: Record<string, string> = {}) =>
    readConnection("--database", url, { ...env, ...more }, (path) => files[path]).settings;
  expect(of("postgres://h:1/")).toMatchObject({ user: "variable", endpoints: [{ port: 1 }] });
  expect(of("postgres://h/?service=a")).toMatchObject({
    user: "service",
    database: "variable",
    endpoints: [{ port: 2 }],
  });
  expect(of("postgres://own@h:1/", { PGSERVICE: "a" })).toMatchObject({ user: "own" });
  const shared = { PGSERVICE: "b", PGSYSCONFDIR: "/etc/shared" };
  expect(of("postgres:", shared)).toMatchObject({ user: "shared" });
});

test("a service is read to its end, and one that leads elsewhere is refused", () => {
  const text = "# [a]\n\n[a]\nhost=h\nport=1\n[b]\nport=2\n[c]\nldap://x\n[d]\nservice=a\n";
  const found = (name: string) => findService("f", text, name);
  expect(found("a")?.get("port")).toEqual({ from: "f:5: port", value: "1" });
  expect(found("b")?.get("port")?.value).toBe("2");
  expect(found("x")).toBeUndefined();
  for (const name of ["c", "d"]) expect(() => found(name)).toThrow("are not supported");
});

test.each([
  ["h:5432:d:u:right", "right"],
  ["h:5432:d:u:with:colons\\:and\\\\more", "with:colons:and\\more"],
  ["*:*:*:*:right", "right"],
  ["#h:5432:d:u:no\nh:5432:d:u:right\r\n*:*:*:*:no", "right"],
  ["h:5433:d:u:no\nx:5432:d:u:no\nh:5432:x:u:no\nh:5432:d:x:no", undefined],
  ["h:5432:d:u", undefined],
  ["", undefined],
])("in the password file %j the password is %j", (text, password) => {
  const key = { host: "h", port: 5432, database: "d", user: "u" };
  expect(findPassword(text, key)).toBe(password);
});

test("a colon within a name of the password file is written behind a backslash", () => {
  const key = { host: "::1", port: 5432, database: "a:b", user: "u\\" };
  expect(findPassword("\\:\\:1:5432:a\\:b:u\\\\:right", key)).toBe("right");
});

test.each(
  [
    ["postgres://u:geheim@h:x/d", "a port"],
    ["postgres://h/d?geheim", "PARAMETER=VALUE"],
    ["postgres://h/d?ge%00heim=1", "NUL"],
    ["postgres://u:ge%00heim@h/d", "NUL"],
    ["postgres://u:geheim\n@h/d", "control characters"],
    ["postgres://h/d?sslpassword=geheim&oauth_client_secret=geheim", "not supported"],
    ["postgres://h/d?__proto__=geheim", "unknown parameter"],
    ["postgres://h/d?constructor=geheim", "unknown parameter"],
    [`postgres://h/d?${"x".repeat(100_000)}=geheim`, "PARAMETER=VALUE"],
    [`postgres://${"h".repeat(100_000)}:x@h/%zz`, "percent|URL"],
  ].map(([url = "", told = ""]) => [url.slice(0, 60), url, told] as const),
)("a hostile URL is refused in few words: %s", (_, url, told) => {
  const startMs = processorMs();
  try {
    read(url);
  } catch (cause) {
    const { message, hint = "" } = cause as Error & { hint?: string };
    expect(`${message} ${hint}`).toMatch(new RegExp(told));
    expect(message).not.toContain("geheim");
    expect(message.length).toBeLessThan(400);
    expect(processorMs() - startMs).toBeLessThan(1_000);
    return;
  }
  throw new Error("accepted");
});
