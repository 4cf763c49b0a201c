import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkProcess } from "../../src/commands/doctor/check-process.ts";
import { ingester, runIngester } from "../e2e/run-ingester.ts";
import { startStandIn } from "../storage/stand-in.ts";
import { spoolWith } from "./spool-with.ts";

test("doctor has one line for each thing that the service needs, and leaves nothing behind", async () => {
  using spool = spoolWith({});
  mkdirSync(join(spool.path, "archive"));
  const { exitCode, stdout } = await spool.run("doctor");
  expect(exitCode).toBe(0);
  const lines = stdout.trimEnd().split("\n");
  expect(lines.map((line) => line.split(/ +/, 2))).toEqual([
    ["ok", "spool"],
    ["ok", "spool"],
    ["ok", "disk"],
    ["ok", "trees"],
    ["ok", "database"],
    ["ok", "storage"],
  ]);
  expect(readdirSync(spool.path)).toEqual(["archive"]);
  expect(readdirSync(join(spool.path, "archive"))).toEqual([]);
});

test("doctor warns of variables of the runtime and of too few open files, and only then", () => {
  const found = checkProcess({ BUN_OPTIONS: "--version", NODE_TLS_REJECT_UNAUTHORIZED: "0" }, 64);
  expect(found.map(({ state, detail }) => [state, detail.split(/[: ]/)[0]])).toEqual([
    ["warn", "BUN_OPTIONS"],
    ["warn", "NODE_TLS_REJECT_UNAUTHORIZED"],
    ["warn", "only"],
  ]);
  expect(found[2]?.hint).toContain("ulimit -n");
  expect(checkProcess({ NODE_TLS_REJECT_UNAUTHORIZED: "1" }, 1_024)).toEqual([]);
});

test("a spool that is missing is a warning, one that cannot be made is 73", async () => {
  using spool = spoolWith({ file: "" });
  const missing = await spool.run("doctor", "--spool-dir", join(spool.path, "new/spool"));
  expect([missing.exitCode, missing.stdout]).toEqual([0, expect.stringMatching(/^warn +spool /)]);
  expect(readdirSync(spool.path)).toEqual(["file"]);
  const { exitCode, stdout } = await spool.run("doctor", "--spool-dir", join(spool.path, "file"));
  expect([exitCode, stdout]).toEqual([73, expect.stringMatching(/^fail +spool .+; hint: /)]);
});

test("a database that is away is 69, one without tables or a bad trees file 78", async () => {
  using spool = spoolWith({ "../trees.yaml": "trees: 1\n", "../empty.db": "" });
  const away = await spool.run("doctor", "--database", "postgres://kci:hunter2@127.0.0.1:1/kcidb");
  expect([away.exitCode, away.stdout]).toEqual([69, expect.stringMatching(/^fail +database /m)]);
  expect(away.stdout).not.toContain("hunter2");
  const { exitCode, stdout } = await spool.run("doctor", "--json", "--trees-file", "trees.yaml");
  expect(exitCode).toBe(78);
  const { ok, checks } = JSON.parse(stdout);
  expect([ok, checks.find((check: { name: string }) => check.name === "trees")]).toMatchObject([
    false,
    { state: "fail", detail: expect.stringContaining("trees.yaml:1:"), hint: expect.any(String) },
  ]);
  const bare = await spool.run("doctor", "--database", "sqlite:empty.db");
  expect([bare.exitCode, bare.stdout]).toEqual([
    78,
    expect.stringContaining("hint: run: kci-ingester migrate"),
  ]);
});

test("a database file that could not be made is told before the service tries", async () => {
  using spool = spoolWith({});
  const words = ["--database", "sqlite:/nowhere/kernelci.db"];
  const { exitCode, stdout } = await spool.run("doctor", ...words);
  expect([exitCode, stdout]).toEqual([
    78,
    expect.stringMatching(/^fail +database +cannot create .*\/nowhere: no such folder; hint: /m),
  ]);
  const status = await spool.run("status", "--json", ...words);
  expect(JSON.parse(status.stdout).database.state).toBe("unusable");
});

test("the storage server is asked whether it takes the token", async () => {
  using spool = spoolWith({});
  await using server = await startStandIn({ jwtSecret: "a secret of the tests" });
  const doctor = (token: string, url = server.url) =>
    runIngester(ingester, ["doctor"], {
      cwd: join(spool.path, ".."),
      env: { SPOOL_DIR: spool.path, STORAGE_TOKEN: token, STORAGE_BASE_URL: url },
    });
  const well = await doctor(server.token);
  expect([well.exitCode, well.stdout]).toEqual([
    0,
    expect.stringMatching(/^ok +storage .*Authorized/m),
  ]);
  expect(well.stdout).not.toContain("warn");
  // Every address of this machine that is not called loopback could as well be another one.
  const bare = await doctor(server.token, server.url.replace("127.0.0.1", "0.0.0.0"));
  expect([bare.exitCode, bare.stdout]).toEqual([
    0,
    expect.stringMatching(/^warn +storage .*unencrypted; hint: set STORAGE_BASE_URL to an https/m),
  ]);
  const wrong = await doctor("wrong-token");
  expect([wrong.exitCode, wrong.stdout]).toEqual([78, expect.stringMatching(/^fail +storage /m)]);
  expect(wrong.stdout).not.toContain("wrong-token");
  const away = await doctor(server.token, "http://127.0.0.1:1");
  expect(away.exitCode).toBe(69);
});

test("a spool's file in the place of a sub-folder is told", async () => {
  using spool = spoolWith({ failed: "" });
  expect((await spool.run("doctor")).exitCode).toBe(73);
  rmSync(join(spool.path, "failed"));
  writeFileSync(join(spool.path, "archive"), "");
  expect((await spool.run("doctor")).exitCode).toBe(73);
});

test("what other programs left, or do not find, is a warning; a link for the reasons is told", async () => {
  const left = { "pending_retry/a.json": "", "pending_retry/b.json": "" };
  using spool = spoolWith({ ...left, "archive/c.json.zst": "" });
  mkdirSync(join(spool.path, "failed"));
  const { exitCode, stdout } = await spool.run("doctor");
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^warn +neighbours 2 submissions are in .*pending_retry, .*failed retry/m);
  expect(stdout).toMatch(/^warn +neighbours .*GET \/status .*gc --pack/m);
  symlinkSync("/tmp", join(spool.path, "failed/.reasons"));
  const warned = await spool.run("doctor");
  expect([warned.exitCode, warned.stdout]).toEqual([
    0,
    expect.stringMatching(/^warn +neighbours .*\.reasons: it is a symbolic link/m),
  ]);
  const apart = { SPOOL_DIR: spool.path, REASON_FILES: "apart" };
  const failed = await runIngester(ingester, ["doctor"], { cwd: spool.path, env: apart });
  expect([failed.exitCode, failed.stdout]).toEqual([
    73,
    expect.stringMatching(
      /^fail +neighbours .*\.reasons: it is a symbolic link; hint: put a real/m,
    ),
  ]);
});
