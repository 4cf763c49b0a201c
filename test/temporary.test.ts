import { expect, test } from "bun:test";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
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
      env: { ...process.env, TMPDIR: outer.path, TEST_FOLDER: "" },
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

test.each(["--isolate", "--parallel=2"])(
  "a test file leaves neither folders nor programs where files are isolated: %s",
  async (flag) => {
    using outer = temporaryFolder();
    using place = temporaryFolder();
    for (const name of ["a", "b"]) {
      writeFileSync(
        join(place.path, `${name}.test.ts`),
        `import { test } from "bun:test";
        import { writeFileSync } from "node:fs";
        import { afterThisProcess } from ${JSON.stringify(join(import.meta.dir, "after-this-process.ts"))};
        import { temporaryFolder } from ${JSON.stringify(join(import.meta.dir, "temporary.ts"))};
        test("leaves things", () => {
          writeFileSync(temporaryFolder().path + "/left", "");
          afterThisProcess('touch "$1"', ${JSON.stringify(join(place.path, `${name}.done`))});
        });`,
      );
    }
    const run = Bun.spawn([process.execPath, "test", flag], {
      cwd: place.path,
      env: { ...process.env, TMPDIR: outer.path, TEST_FOLDER: "" },
      stdout: "ignore",
      stderr: "pipe",
    });
    const told = await new Response(run.stderr).text();
    expect([told, await run.exited]).toEqual([expect.stringContaining(" 2 pass"), 0]);
    await until(() => ["a", "b"].every((name) => existsSync(join(place.path, `${name}.done`))));
    await until(() => readdirSync(outer.path).length === 0);
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
