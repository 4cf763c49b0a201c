import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compiled } from "../e2e/binary.ts";
import { asAtWork, startIngester } from "../e2e/run-ingester.ts";
import { until } from "../faults/until.ts";
import { temporaryFolder } from "../temporary.ts";

const variable = "BUN_JSC_useFTLJIT";
const read = (pid: number, what: string) =>
  readFileSync(`/proc/${pid}/${what}`, "utf8").split("\0").filter(Boolean);

test.skipIf(!existsSync("/proc/self/environ")).each([
  {
    title: "the binary restarts itself in the same process with settings of the engine",
    given: {},
  },
  { title: "what the operator has set stays", given: { [variable]: "1" } },
])("$title", async ({ given }) => {
  using folder = temporaryFolder();
  const spool = join(folder.path, "a spool");
  const words = ["monitor", "--spool-dir", spool, "--metrics-port", "0"];
  const env = { DATABASE_URL: `sqlite:${folder.path}/x.db`, OF_MINE: "a=b", ...asAtWork, ...given };
  const service = startIngester(await compiled(), words, { cwd: folder.path, env });
  expect(await until(() => existsSync(join(spool, "archive")))).toBe(true);

  const environment = read(service.pid, "environ");
  const wanted = { ...given, [variable]: "0", ...given };
  expect(environment).toContain(`${variable}=${wanted[variable]}`);
  expect(environment).toContain("OF_MINE=a=b");
  expect(environment.some((line) => line.startsWith("BUN_JSC_thresholdForOptimize"))).toBe(true);
  expect(read(service.pid, "cmdline").slice(1)).toEqual(words);
  service.kill("SIGTERM");
  expect(await service.exited).toBe(0);
});
