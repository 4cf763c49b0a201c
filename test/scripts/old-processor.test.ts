import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "../../scripts/build-binary.ts";
import { engineSettings } from "../../src/commands/restart-tuned.ts";
import { good } from "../commands/spool-with.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary.ts";

setDefaultTimeout(300_000);

const emulator = Bun.which("qemu-x86_64") ?? Bun.which("qemu-x86_64-static");
const isHere = needs(
  emulator !== null && process.platform === "linux" && process.arch === "x64",
  "a processor without AVX2",
  "qemu-x86_64 on Linux",
);

test.if(isHere)("the baseline binary ingests on a processor without AVX2", async () => {
  using folder = temporaryFolder();
  const binary = join(folder.path, "kci-ingester");
  await build({ outfile: binary, target: "bun-linux-x64-baseline" });
  mkdirSync(join(folder.path, "spool"));
  writeFileSync(join(folder.path, "spool/a.json"), good());
  const run = (...words: string[]) =>
    Bun.spawnSync([emulator ?? "", "-cpu", "Nehalem", binary, ...words], {
      cwd: folder.path,
      // With these it does not start itself anew, which would leave the emulator.
      env: { PATH: process.env.PATH, ...engineSettings },
    });
  const version = run("--version");
  expect(version.stdout.toString()).toMatch(/, linux-x64-baseline\)\n$/);
  expect(run("monitor", "--once", "--spool-dir", "spool").exitCode).toBe(0);
  expect(existsSync(join(folder.path, "spool/archive/a.json"))).toBe(true);
});
