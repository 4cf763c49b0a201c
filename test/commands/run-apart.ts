import { ingester, runIngester } from "../e2e/run-ingester.ts";
import { until } from "../faults/until.ts";
import type { LiveService } from "../observe/live-service.ts";
import { temporaryFolder } from "../temporary.ts";

/** Runs a command in a folder where nothing of the service is at hand. */
export async function runApart(words: string[], env: Record<string, string> = {}) {
  using folder = temporaryFolder();
  const run = await runIngester(ingester, words, { cwd: folder.path, env });
  return { ...run, json: () => JSON.parse(run.stdout) };
}

/** Waits until a service is ready. */
export const isReady = (service: LiveService) =>
  until(async () => (await fetch(new URL("/ready", service.url))).ok);
