import { expect, setDefaultTimeout, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { bad, good } from "../commands/spool-with.ts";
import { until } from "../faults/until.ts";
import { freePort } from "../free-port.ts";
import { temporaryFolder } from "../temporary.ts";
import { compiled } from "./binary.ts";
import { runIngester, startIngester } from "./run-ingester.ts";

setDefaultTimeout(60_000);

/** A spool with these files. */
function spoolIn(folder: string, files: Record<string, string>): string {
  const spool = join(folder, "spool");
  mkdirSync(spool, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(spool, name), text);
  return spool;
}

const linesOf = (path: string) =>
  existsSync(path)
    ? readFileSync(path, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : [];

test("with --once a command is told of each refused file before the end, and gets no secrets", async () => {
  using folder = temporaryFolder();
  const spool = spoolIn(folder.path, {
    "a.json": bad("lab"),
    "b.json": good("lab"),
    "c.json": "{",
  });
  const [out, environment] = [join(folder.path, "told"), join(folder.path, "env")];
  const hook = `sh -c 'cat >> "$0"; env > "$1"' ${out} ${environment}`;
  const words = ["monitor", "--once", "--spool-dir", spool, "--log-format", "json"];
  const env = {
    INGESTER_REFUSED_HOOK: hook,
    STORAGE_TOKEN: "geheim",
    CONVERT_LOG_EXCERPT: "0",
    OURS: "1",
    PGPASSWORD: "geheim",
  };
  const run = await runIngester(await compiled(), words, { cwd: folder.path, env });
  expect([run.exitCode, run.stderr]).toEqual([1, expect.stringContaining('"refused_hook":"sh"')]);
  const told = linesOf(out);
  expect(told.map(({ file, origins, reason }) => [file, origins, reason]).sort()).toEqual([
    ["a.json", ["lab"], "invalid"],
    ["c.json", [], "cut-off"],
  ]);
  const reason = JSON.parse(readFileSync(join(spool, "failed/a.json.error"), "utf8"));
  expect(told.find(({ file }) => file === "a.json")).toEqual({
    ...reason,
    when: expect.any(String),
  });
  expect(readFileSync(environment, "utf8")).toContain("OURS=1");
  expect(readFileSync(environment, "utf8")).not.toContain("geheim");
});

test("a hook that hangs holds up neither ingestion nor the stop, and what was not told is counted", async () => {
  using folder = temporaryFolder();
  const spool = spoolIn(folder.path, {});
  using hanging = Bun.serve({ port: 0, fetch: () => new Promise<Response>(() => {}) });
  const port = await freePort();
  const words = ["monitor", "--spool-dir", spool, "--interval", "0.1", "--metrics-port", `${port}`];
  const url = `${hanging.url.href}path-geheim?token=geheim`;
  const child = startIngester(await compiled(), [...words, "--refused-hook", url], {
    cwd: folder.path,
  });
  const log = new Response(child.stderr).text();
  const send = (name: string, text: string) => {
    writeFileSync(join(spool, `${name}.temp`), text);
    renameSync(join(spool, `${name}.temp`), join(spool, name));
  };
  const count = (below: string) => {
    const path = join(spool, below);
    return existsSync(path) ? readdirSync(path).filter((name) => name.endsWith(".json")).length : 0;
  };
  for (let at = 0; at < 1_500; at++) send(`bad-${at}.json`, bad("lab"));
  await until(() => count("failed") === 1_500);
  send("good.json", good("lab"));
  await until(() => count("archive") === 1);
  const metrics = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  expect(await metrics()).toContain('kcidb_ingester_refused_hook_total{result="lost"} 500\n');
  const page = await (await fetch(`http://127.0.0.1:${port}/`)).text();
  const startedMs = performance.now();
  child.kill("SIGTERM");
  expect(await child.exited).toBe(0);
  expect(performance.now() - startedMs).toBeLessThan(5_000);
  const text = await log;
  expect(text).toMatch(/warn refusals_not_told refusals=1500/);
  expect(text + page).not.toContain("geheim");
});

test("a hook that cannot be used keeps the service from starting", async () => {
  using folder = temporaryFolder();
  const words = ["monitor", "--once", "--spool-dir", spoolIn(folder.path, {})];
  const run = await runIngester(await compiled(), [...words, "--refused-hook", "/no/such/tool -x"]);
  expect([run.exitCode, run.stderr]).toEqual([
    2,
    expect.stringContaining("--refused-hook: expected a program that exists"),
  ]);
});
