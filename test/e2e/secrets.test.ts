import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { until } from "../faults/until.ts";
import { freePort } from "../free-port.ts";
import { temporaryFolder } from "../temporary.ts";
import { collect } from "./collect.ts";
import { ingester, runIngester, startIngester } from "./run-ingester.ts";

setDefaultTimeout(60_000);

/** Part of every password below: nothing that leaves the process may hold it. */
const secret = "S3cr3tPw";
/** Nobody listens there. */
const nowhere = "127.0.0.1:1";

const given: readonly (readonly [what: string, env: Record<string, string>])[] = [
  ["a user with a slash", { DATABASE_URL: `postgres://team/bot:${secret}@${nowhere}/db` }],
  ["a password with @ and /", { DATABASE_URL: `postgres://bot:a@${secret}/x@${nowhere}/db` }],
  ["no user, two @", { DATABASE_URL: `postgres://a@${secret}/x@${nowhere}` }],
  ["a password with #", { DATABASE_URL: `postgres://bot:${secret}#x@${nowhere}/db` }],
  ["a password with ?", { DATABASE_URL: `postgres://bot:${secret}?x@${nowhere}/db` }],
  ["a password with a colon", { DATABASE_URL: `postgres://bot:x:${secret}@${nowhere}/db` }],
  ["a password with %", { DATABASE_URL: `postgres://bot:%${secret}@${nowhere}/db` }],
  ["an encoded one", { DATABASE_URL: `postgres://bot:%40${secret}%2F@${nowhere}/db` }],
  ["a host that is none", { DATABASE_URL: `postgres://bot:${secret}@no.such.host.invalid/db` }],
  ["a port that is none", { DATABASE_URL: `postgres://bot:${secret}@host:99999/db` }],
  ["a scheme that is none", { DATABASE_URL: `postgrse://bot:${secret}@${nowhere}/db` }],
  ["no scheme", { DATABASE_URL: `bot:${secret}@${nowhere}/db` }],
  ["?password=", { DATABASE_URL: `postgres://${nowhere}/db?password=${secret}` }],
  ["?pass=", { DATABASE_URL: `postgres://${nowhere}/db?pass=${secret}` }],
  ["?PGPASSWORD=", { DATABASE_URL: `postgres://${nowhere}/db?PGPASSWORD=${secret}` }],
  ["PGPASSWORD", { DATABASE_URL: `postgres://bot@${nowhere}/db`, PGPASSWORD: secret }],
  ["PGPASSWORD as the host", { DATABASE_URL: `postgres://bot@${secret}/db`, PGPASSWORD: secret }],
  ["DB_DEFAULT", { DB_DEFAULT: `{"NAME": "db", "PASSWORD": "${secret}", "HOST": "127.0.0.1"}` }],
  ["DB_DEFAULT cut off", { DB_DEFAULT: `{"NAME": "db", "PASSWORD": "${secret}` }],
  ["DB_DEFAULT_PASSWORD", { DB_DEFAULT_NAME: "db", DB_DEFAULT_PASSWORD: secret }],
  ["the token as a number", { LOGEXCERPT_THRESHOLD: secret, STORAGE_TOKEN: secret }],
];

test.concurrent.each(given)("a password is in no output of any command: %s", async (_what, env) => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, "spool/failed"), { recursive: true });
  const run = (...words: string[]) =>
    runIngester(ingester, words, {
      cwd: folder.path,
      env: { SPOOL_DIR: "spool", PGCONNECT_TIMEOUT: "2", ...env },
    });
  const url = env.DATABASE_URL;
  for (const words of [
    ["status"],
    ["status", "--json"],
    ["doctor"],
    ["doctor", "--json"],
    ["migrate"],
    ...(url
      ? [
          ["status", "--database", url],
          ["doctor", `--database=${url}`],
        ]
      : []),
  ]) {
    const { stdout, stderr } = await run(...words);
    expect(`${words.join(" ")}: ${stdout}${stderr}`.replaceAll(url ?? "\0", "URL")).not.toMatch(
      new RegExp(secret, "i"),
    );
  }
});

test.concurrent.each(
  given.flatMap(([what, env]) => ["text", "json"].map((format) => [what, format, env] as const)),
)("a password is in nothing that the service shows: %s, log as %s", async (_what, format, env) => {
  using folder = temporaryFolder();
  const words = ["monitor", "--spool-dir", "spool", "--log-format", format, "--verbose"];
  const port = freePort();
  const child = startIngester(ingester, [...words, "--metrics-port", String(port)], {
    cwd: folder.path,
    env,
  });
  const said = [collect(child.stdout), collect(child.stderr)];
  const log = () => said.map((one) => one.text).join("");
  let isOver = false;
  void child.exited.then(() => {
    isOver = true;
  });
  // It is refused at once, or waits for its database.
  await until(() => isOver || /\bfault\b/.test(log()), 30_000, log);
  const isRefused = isOver;
  let shown = "";
  for (const path of isRefused ? [] : ["", "status.json", "ready", "metrics"]) {
    const answer = await fetch(`http://127.0.0.1:${port}/${path}`);
    shown += await answer.text();
  }
  child.kill("SIGTERM");
  await child.exited;
  expect(log() + shown).not.toMatch(new RegExp(secret, "i"));
  expect(log()).toMatch(isRefused ? /expected|refused|unknown parameter/ : /service_started/);
});
