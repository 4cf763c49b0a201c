import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hiddenShortage, limitHint, openFilesLimit } from "../../src/base/system-limits.ts";
import { errnoClasses, spoolFault } from "../../src/spool/fault.ts";
import { classify as classifyPostgres } from "../../src/store/postgres/classify.ts";
import { classify as classifySqlite } from "../../src/store/sqlite/classify.ts";
import { good } from "../commands/spool-with.ts";
import { compiled } from "../e2e/binary.ts";
import { collect } from "../e2e/collect.ts";
import { needs, needsProgram } from "../needs.ts";
import { temporaryFolder } from "../temporary.ts";
import { until } from "./until.ts";

setDefaultTimeout(120_000);

const hasLimits = needsProgram("prlimit", "limits of open files");

/** Runs the binary with so few open files until it ends, or waits for better times. */
async function runWith(maxFiles: number, words: (folder: string) => string[]): Promise<string> {
  using folder = temporaryFolder();
  const spool = join(folder.path, "spool");
  await Bun.$`mkdir ${spool}`;
  writeFileSync(join(spool, "a.json"), good());
  const { command } = await compiled();
  const child = Bun.spawn(
    ["prlimit", `--nofile=${maxFiles}:${maxFiles}`, ...command, ...words(folder.path)],
    { cwd: folder.path, env: { PATH: process.env.PATH }, stdout: "pipe", stderr: "pipe" },
  );
  let said = "";
  const reading = [child.stdout, child.stderr].map(async (stream) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) said += decoder.decode(chunk, { stream: true });
  });
  await until(() => child.exitCode !== null || / fault /.test(said));
  child.kill("SIGTERM");
  await Promise.all([child.exited, ...reading]);
  return said;
}

describe.if(hasLimits)("with too few open files", () => {
  test.each([7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17])(
    "%d: the limit is what is told, and nothing else is blamed",
    async (maxFiles) => {
      const said = await runWith(maxFiles, () => [
        "monitor",
        ...["--once", "--spool-dir", "spool", "--database", "sqlite:k.db"],
      ]);
      expect(said).not.toMatch(/give this user|is the server running|another program|migrate/);
      const isTold = /this process's limit on open files|bun ran out of file descriptors/;
      if (!/service_stopped files=1 .* left=0 .*\n$/.test(said)) expect(said).toMatch(isTold);
    },
  );

  test.each([8, 10, 12])("%d: a server that cannot be reached is not blamed", async (maxFiles) => {
    const said = await runWith(maxFiles, () => [
      "status",
      ...["--spool-dir", "spool", "--database", "postgres://u@127.0.0.1:1/db"],
    ]);
    if (!said.includes("ECONNREFUSED")) expect(said).toMatch(/limit on open files|ran out of file/);
  });
});

test("what each limit is and how to raise it is told, whoever met it", () => {
  const thrown = (code: string) => Object.assign(new Error(`${code}: failed`), { code });
  for (const code of ["EMFILE", "ENFILE", "ENOMEM"]) {
    const hint = limitHint(code) ?? "";
    expect(hint).toMatch(/^(?:raise|the system) .*\(.+\)/);
    for (const fault of [
      spoolFault(thrown(code), "open", "a.json"),
      classifySqlite(thrown(code), "open", "k.db"),
      classifyPostgres(thrown(code), "connect", "postgres://h/d"),
    ]) {
      expect([fault.class, fault.hint, fault.message]).toEqual([
        "transient",
        hint,
        expect.stringContaining(code),
      ]);
    }
  }
  expect(limitHint("EMFILE")).toContain(
    `this process's limit on open files, ${openFilesLimit()} now`,
  );
  expect(hiddenShortage()).toBeUndefined();
  for (const code of Object.keys(errnoClasses)) {
    if (!limitHint(code)) expect(spoolFault(thrown(code), "x", "y").hint).not.toBe("");
  }
});

const hasUserLimits = needs(
  Bun.spawnSync(["unshare", "-Ur", "sh", "-c", "echo 1000 > /proc/sys/user/max_inotify_watches"])
    .exitCode === 0,
  "limits of inotify",
  "unshare, or the right to set them,",
);

test.if(hasUserLimits).each([
  ["max_inotify_instances", "fs.inotify.max_user_instances"],
  ["max_inotify_watches", "fs.inotify.max_user_watches"],
])(
  "a folder that %s keeps from being watched is scanned, and the hint names the limit",
  async (limit, named) => {
    using folder = temporaryFolder();
    const { command } = await compiled();
    const words = ["monitor", "--spool-dir", "spool", "--interval", "0.1", "--metrics-port", "0"];
    const script = `echo 0 > /proc/sys/user/${limit} && exec "$0" "$@"`;
    const child = Bun.spawn(["unshare", "-Ur", "sh", "-c", script, ...command, ...words], {
      cwd: folder.path,
      env: { PATH: process.env.PATH },
      stderr: "pipe",
    });
    const said = collect(child.stderr);
    expect(await until(() => said.text.includes("periodic scans will find them"))).toBe(true);
    writeFileSync(join(folder.path, "spool/a.json"), good());
    expect(await until(() => existsSync(join(folder.path, "spool/archive/a.json")))).toBe(true);
    child.kill("SIGTERM");
    expect(await child.exited).toBe(0);
    expect(said.text).toContain(named);
    expect(said.text).not.toContain("disk of the spool");
  },
);
