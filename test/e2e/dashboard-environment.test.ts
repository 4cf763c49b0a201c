import { expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawn } from "bun";
import { kindOf } from "../faults/scene.ts";
import { submission } from "../faults/submissions.ts";
import { until } from "../faults/until.ts";
import { temporaryFolder } from "../temporary.ts";
import { ingester, runIngester } from "./run-ingester.ts";

setDefaultTimeout(60_000);

const kind = kindOf("Postgres");
const entrypoint = join(import.meta.dir, "../../scripts/deploy/entrypoint.sh");
const command = "poetry run python3 manage.py monitor_submissions --spool-dir spool --interval 1";

/** A folder in which `kci-ingester` is found, and a spool with some submissions. */
function makeContainer(count: number) {
  const folder = temporaryFolder();
  const [bin, spool] = [join(folder.path, "bin"), join(folder.path, "spool")];
  for (const path of [bin, spool]) mkdirSync(path);
  const program = join(bin, "kci-ingester");
  writeFileSync(program, `#!/bin/sh\nexec ${ingester.command.join(" ")} "$@"\n`);
  chmodSync(program, 0o755);
  for (let at = 0; at < count; at++) {
    writeFileSync(join(spool, `d${at}.json`), submission(`d${at}`));
  }
  const start = (env: Record<string, string>) =>
    spawn([entrypoint, ...command.split(" ")], {
      cwd: folder.path,
      env: { PATH: `${bin}:${process.env.PATH}`, INGESTER_METRICS_PORT: "0", ...env },
      stdout: "pipe",
      stderr: "pipe",
    });
  return { ...folder, [Symbol.dispose]: () => folder[Symbol.dispose](), spool, start };
}

const madeFiles = (path: string) => readdirSync(path).filter((name) => name.endsWith(".db"));

test.skipIf(!kind)(
  "the dashboard's service, its environment and its command, fills its Postgres",
  async () => {
    if (!kind) return;
    await using database = await kind.create();
    const migrated = await runIngester(ingester, ["migrate", "--database", database.url]);
    expect(migrated.exitCode).toBe(0);
    using container = makeContainer(20);
    const { hostname, port, username, password, pathname } = new URL(database.url);
    const secret = join(container.path, "secret");
    writeFileSync(secret, `${password}\n`);
    const child = container.start({
      DB_HOST: hostname,
      DB_PORT: port,
      DB_NAME: pathname.slice(1),
      DB_USER: username,
      DB_PASSWORD_FILE: secret,
      DB_ENGINE: "django_prometheus.db.backends.postgresql",
      DB_CONN_MAX_AGE: "60",
      INGEST_CYCLE_BATCH_SIZE: "10",
      PROMETHEUS_MULTIPROC_DIR: "/tmp/multiproc",
    });
    const archive = join(container.spool, "archive");
    const isDone = () => existsSync(archive) && readdirSync(archive).length === 20;
    const done = await until(isDone, 20_000);
    child.kill("SIGTERM");
    const [exitCode, log] = [await child.exited, await new Response(child.stderr).text()];
    expect([done, exitCode]).toEqual([true, 0]);
    const [row] = await database.query("select count(*)::int as checkouts from checkouts");
    expect(row?.checkouts).toBe(20);
    expect(madeFiles(container.path)).toEqual([]);
    const told = log.split("\n").filter((line) => line.includes("variables_without_effect"));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/DB_CONN_MAX_AGE INGEST_CYCLE_BATCH_SIZE PROMETHEUS_MULTIPROC_DIR/);
    expect(log).not.toContain(password);
  },
);

test.each([
  "DB_NAME",
  "DB_USER",
  "DB_PASSWORD",
  "DB_HOST",
  "DB_PORT",
  "DB_OPTIONS_CONNECT_TIMEOUT",
  "DB_DEFAULT",
  "DB_DEFAULT_NAME",
])("with %s alone no file is ingested elsewhere while its Postgres is away", async (name) => {
  const values: Record<string, string> = {
    DB_PORT: "1",
    DB_HOST: "127.0.0.254",
    DB_OPTIONS_CONNECT_TIMEOUT: "1",
    DB_DEFAULT: '{"NAME":"d","HOST":"127.0.0.1","PORT":1}',
  };
  using container = makeContainer(1);
  const child = container.start({ [name]: values[name] ?? "of-nobody" });
  const reader = child.stderr.getReader();
  let log = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`ended: ${log}`);
    log += new TextDecoder().decode(value);
    if (/cannot check the tables|cannot connect/.test(log)) break;
  }
  child.kill("SIGTERM");
  await child.exited;
  expect(readdirSync(container.spool)).toContain("d0.json");
  expect(madeFiles(container.path)).toEqual([]);
});
