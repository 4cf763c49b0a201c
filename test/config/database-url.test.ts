import { expect, test } from "bun:test";
import { maskSecrets } from "../../src/base/mask-secrets.ts";
import type { Environment } from "../../src/config/config.ts";
import { readDatabaseUrl } from "../../src/config/database-url.ts";
import { ConfigFault } from "../../src/config/fault.ts";
import { databasePath } from "../../src/store/sqlite/database-path.ts";
import { urlForms } from "../../src/store/store-kind.ts";

const parts = { NAME: "kci db", USER: "us:er", PASSWORD: "p@/?#", HOST: "db", PORT: "6432" };
const partsUrl = "postgres://us%3Aer:p%40%2F%3F%23@db:6432/kci%20db";

test.each<[string | undefined, Environment, string]>([
  [undefined, {}, "sqlite:kernelci.db"],
  ["sqlite:a.db", { DATABASE_URL: "sqlite:b.db" }, "sqlite:a.db"],
  [undefined, { DATABASE_URL: "postgresql://h/d", DB_DEFAULT: "{}" }, "postgresql://h/d"],
  [undefined, { DB_DEFAULT: JSON.stringify(parts) }, partsUrl],
  [
    undefined,
    Object.fromEntries(Object.entries(parts).map(([part, value]) => [`DB_DEFAULT_${part}`, value])),
    partsUrl,
  ],
  [undefined, { DB_DEFAULT: '{"NAME":"d","PORT":5433}' }, "postgres://localhost:5433/d"],
  [undefined, { DB_DEFAULT_NAME: "d" }, "postgres://localhost/d"],
])("%j with %j is %s", (flag, env, url) => {
  expect(readDatabaseUrl(flag, env)).toBe(url);
});

test.each<[string | undefined, Environment, string]>([
  ["mysql://u:geheim@h/d", {}, `--database: expected ${urlForms}, got "mysql://u:***@h/d"`],
  ["u:ge/heim@h/d", {}, `--database: expected ${urlForms}, got "u:***@h/d"`],
  [
    "postgres://u:ge heim@h:x/d",
    {},
    '--database: expected a URL as in postgres://user@host:5432/name, got "postgres://u:***@h:x/d"',
  ],
  ["u:ge heim@h/d", {}, `--database: expected ${urlForms}, got "u:***@h/d"`],
  ["", {}, `--database: expected ${urlForms}, got ""`],
  [
    "postgres://u:geheim@h:x/d",
    {},
    '--database: expected a URL as in postgres://user@host:5432/name, got "postgres://u:***@h:x/d"',
  ],
  [
    undefined,
    { DATABASE_URL: "kernelci.db" },
    `DATABASE_URL: expected ${urlForms}, got "kernelci.db"`,
  ],
  [
    undefined,
    { DB_DEFAULT: '{"PASSWORD":"geheim"' },
    'DB_DEFAULT: expected a JSON object such as {"NAME": "kcidb", …}',
  ],
  [
    undefined,
    { DB_DEFAULT: '["geheim"]' },
    'DB_DEFAULT: expected a JSON object such as {"NAME": "kcidb", …}',
  ],
  [
    undefined,
    { DB_DEFAULT: '{"PASSWORD":"geheim"}' },
    "DB_DEFAULT: expected the name of a database, got none",
  ],
  [
    undefined,
    { DB_DEFAULT_HOST: "h" },
    "DB_DEFAULT_NAME: expected the name of a database, got none",
  ],
])("%j with %j is refused, secrets masked", (flag, env, message) => {
  const read = () => readDatabaseUrl(flag, env);
  expect(read).toThrow(ConfigFault);
  expect(read).toThrow(message);
  expect(message).not.toContain("geheim");
});

const pg = "django.db.backends.postgresql";

/** The same parts as a JSON object and as variables, with what a message calls a part. */
const bothWays = (given: Record<string, unknown>) =>
  [
    [{ DB_DEFAULT: JSON.stringify(given) }, "DB_DEFAULT."],
    [
      Object.fromEntries(
        Object.entries(given).map(([part, value]) => [`DB_DEFAULT_${part}`, `${value}`]),
      ),
      "DB_DEFAULT_",
    ],
  ] as const;

test.each([
  [{ ENGINE: pg, NAME: "d", PORT: 5433 }, "postgres://localhost:5433/d"],
  [{ ENGINE: "django_prometheus.db.backends.postgresql", NAME: "d" }, "postgres://localhost/d"],
  [{ ENGINE: "", NAME: "d", HOST: "", PORT: "", USER: "" }, "postgres://localhost/d"],
  [{ ENGINE: "django.db.backends.sqlite3", NAME: "/srv/k.db", PORT: "x" }, "sqlite:/srv/k.db"],
  [{ ENGINE: "django.db.backends.sqlite3", NAME: "k.db" }, "sqlite:k.db"],
  [{ NAME: "d", HOST: "10.0.0.1", PORT: "65535" }, "postgres://10.0.0.1:65535/d"],
  [{ NAME: "d", HOST: "/var/run/postgresql" }, "postgres://%2Fvar%2Frun%2Fpostgresql/d"],
  [{ NAME: "d", HOST: "::1", PORT: 5433 }, "postgres://[::1]:5433/d"],
])("the dashboard's %j is %s", (given, url) => {
  for (const [env] of bothWays(given)) expect(readDatabaseUrl(undefined, env)).toBe(url);
});

test.each<[Record<string, unknown>, string]>([
  [{ NAME: "d", PORT: "abc" }, 'PORT: expected a whole number from 1 to 65535, got "abc"'],
  [{ NAME: "d", PORT: 99999 }, 'PORT: expected a whole number from 1 to 65535, got "99999"'],
  [{ NAME: "d", PORT: 0 }, 'PORT: expected a whole number from 1 to 65535, got "0"'],
  ...["a b", "h:1", "u@h", "a%zz", "u:secret@h", "@abstract"].map(
    (host): [Record<string, unknown>, string] => [
      { NAME: "d", HOST: host },
      "HOST: expected a host name, an address, or a socket folder",
    ],
  ),
  ...["django.db.backends.mysql", "mypostgresql", "postgresql.x"].map(
    (engine): [Record<string, unknown>, string] => [
      { NAME: "d", ENGINE: engine },
      `ENGINE: expected django.db.backends.postgresql or django.db.backends.sqlite3, got "${engine}"`,
    ],
  ),
])("the dashboard's %j is refused: %s", (given, message) => {
  for (const [env, prefix] of bothWays(given)) {
    const fault = { message: `${prefix}${message}`, usage: false };
    expect(() => readDatabaseUrl(undefined, env)).toThrow(expect.objectContaining(fault));
  }
});

test.each([
  ['{"NAME":"d","PASSWORD":{"geheim":1}}', 'DB_DEFAULT.PASSWORD: expected a text, got "object"'],
  ['{"NAME":"d","PASSWORD":"geheim\\ud800"}', 'DB_DEFAULT.PASSWORD: expected a text, got "string"'],
  ['{"NAME":true}', 'DB_DEFAULT.NAME: expected a text, got "boolean"'],
  [
    '{"ENGINE":"django.db.backends.sqlite3","NAME":":memory:"}',
    'DB_DEFAULT: expected sqlite:PATH, the path of a file, got "sqlite::memory:"',
  ],
])("the dashboard's %s is refused: %s", (json, message) => {
  expect(() => readDatabaseUrl(undefined, { DB_DEFAULT: json })).toThrow(message);
});

test.each([
  ["postgres://u:geheim%@h/d", "postgres://u:***@h/d"],
  ["postgres://u:geheim%zz@h/d", "postgres://u:***@h/d"],
  // No character begins with this byte.
  ["postgres://u:geheim%ff@h/d", "postgres://u:***@h/d"],
  ["postgres://a%zz@h/d", "postgres://***@h/d"],
  ["postgres://a%zz/d", "postgres://a%zz/d"],
  ["postgres://h/a%zz", "postgres://h/a%zz"],
])("%s with a stray percent sign is refused, and how to write it is told", (url, shown) => {
  for (const [name, read] of [
    ["--database", () => readDatabaseUrl(url, {})],
    ["DATABASE_URL", () => readDatabaseUrl(undefined, { DATABASE_URL: url })],
  ] as const) {
    const message = `${name}: expected a URL as in postgres://user@host:5432/name, got "${shown}"`;
    expect(read).toThrow(expect.objectContaining({ message, hint: "write % as %25" }));
  }
});

test("a percent sign that is written as it should be is one", () => {
  const url = readDatabaseUrl("postgres://u:100%25@h/d", {});
  expect(decodeURIComponent(new URL(url).password)).toBe("100%");
});

test.each(["", " ", "//", "///", "////", ":memory:", " :memory: ", "//:memory:"])(
  "sqlite:%s names no file, and is refused: what it stored would be gone",
  (rest) => {
    const message = `expected sqlite:PATH, the path of a file, got "sqlite:${rest}"`;
    expect(() => readDatabaseUrl(`sqlite:${rest}`, {})).toThrow(`--database: ${message}`);
    const env = { DATABASE_URL: `sqlite:${rest}` };
    expect(() => readDatabaseUrl(undefined, env)).toThrow(`DATABASE_URL: ${message}`);
  },
);

test.each([
  ["sqlite:a.db", "a.db"],
  ["sqlite:/a/b.db", "/a/b.db"],
  // As SQLAlchemy has it.
  ["sqlite:////a/b.db", "/a/b.db"],
  // As the driver takes it.
  ["sqlite: a.db ", "a.db"],
])("%s is the file %s", (url, path) => {
  expect(databasePath(readDatabaseUrl(url, {}))).toBe(path);
});

test.each([
  [
    "sqlite:///x.db",
    "write sqlite:x.db for a file in this folder (as SQLAlchemy has it), or sqlite:/x.db for one at the root",
  ],
  ["sqlite://a/x.db", "write sqlite:a/x.db, or sqlite:/a/x.db"],
  ["sqlite://u:s3cret@a/x.db", "a file has no user, password or host: write sqlite:PATH"],
  ["sqlite:file:x.db", "write sqlite:x.db"],
  ["sqlite:file:///srv/x.db", "write sqlite:/srv/x.db"],
  ["sqlite:x.db?cache=shared", "a file has no parameters: write sqlite:x.db"],
  [
    "sqlite:x.db?mode=ro",
    "the database is always writable, and created if missing: write sqlite:x.db",
  ],
  [
    "sqlite:file:x.db?mode=rw",
    "the database is always writable, and created if missing: write sqlite:x.db",
  ],
  ...[
    "sqlite:///:memory:",
    "sqlite::memory:",
    "sqlite:file::memory:",
    "sqlite:file:x?mode=memory",
  ].map((url) => [
    url,
    "a database in memory is lost at exit: name a file, as in sqlite:kernelci.db",
  ]),
  ["sqlite://", "name a file, as in sqlite:kernelci.db"],
])("%s means different things to different people, and is refused: %s", (url = "", hint = "") => {
  const message = `--database: expected sqlite:PATH, the path of a file, got "${maskSecrets(url)}"`;
  expect(() => readDatabaseUrl(url, {})).toThrow(expect.objectContaining({ message, hint }));
});

test("a password with a blank is spelled so that no part of it is shown", () => {
  const url = readDatabaseUrl("postgres://u:ge heim@h/d", {});
  expect(decodeURIComponent(new URL(url).password)).toBe("ge heim");
  expect(maskSecrets(url)).toBe("postgres://u:***@h/d");
});
