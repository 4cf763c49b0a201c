import { expect, test } from "bun:test";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { until } from "./faults/until.ts";
import { temporaryFolder } from "./temporary.ts";

/** A run that leaves a folder and a program that never ends, and says when it is there. */
const script = `
const { temporaryFolder } = await import(${JSON.stringify(join(import.meta.dir, "temporary.ts"))});
const { path } = temporaryFolder();
const child = Bun.spawn([process.execPath, "-e", "setInterval(() => {}, 1e6)", path + "/spool"]);
console.log(JSON.stringify({ path, pid: child.pid }));
setInterval(() => {}, 1e6);
`;

test.if(existsSync("/proc/self/cmdline"))(
  "a run that is killed leaves neither folders nor the programs that it started",
  async () => {
    using outer = temporaryFolder();
    const run = Bun.spawn([process.execPath, "-e", script], {
      env: { ...process.env, TMPDIR: outer.path },
      stdout: "pipe",
    });
    const { value } = await run.stdout.getReader().read();
    const { path, pid } = JSON.parse(new TextDecoder().decode(value));
    expect(existsSync(path)).toBe(true);
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    run.kill("SIGKILL");
    await run.exited;
    await until(() => readdirSync(outer.path).length === 0);
    await until(() => !existsSync(`/proc/${pid}`));
  },
);

test("a folder goes with its scope, and only its own user may look into it", () => {
  let path = "";
  {
    using folder = temporaryFolder();
    path = folder.path;
    expect(statSync(path).mode & 0o777).toBe(0o700);
  }
  expect(existsSync(path)).toBe(false);
});
