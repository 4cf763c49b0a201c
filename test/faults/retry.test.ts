import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { recoverRetries } from "../../src/spool/retry-file.ts";
import { spoolAt } from "../../src/spool/spool.ts";
import { temporaryFolder } from "../temporary.ts";
import { faultyCommand } from "./faulty-command.ts";
import { isFull, tell } from "./sweep.ts";

setDefaultTimeout(isFull ? 3_600_000 : 120_000);

/** Refused ones with their reasons in either place, and one of the former ingester. */
const inputs = new Map([
  ["failed/a.json", "a"],
  ["failed/b.json", "b"],
  ["pending_retry/c.json", "c"],
]);
const reasons = ["failed/a.json.error", "failed/.reasons/b.json.error"];

test("a retry that is killed at any step loses nothing, and the next one leaves nothing behind", async () => {
  using folder = temporaryFolder();
  const spool = join(folder.path, "spool");
  const retry = await faultyCommand(folder.path, ["failed", "retry", "--spool-dir", spool]);
  const reset = () => {
    rmSync(spool, { recursive: true, force: true });
    for (const path of ["failed/.reasons", "pending_retry"]) {
      mkdirSync(join(spool, path), { recursive: true });
    }
    for (const [path, text] of inputs) writeFileSync(join(spool, path), text);
    for (const path of reasons) writeFileSync(join(spool, path), "{}");
  };
  const texts = (folders: string[]) =>
    folders.flatMap((at) => {
      const names = existsSync(join(spool, at)) ? readdirSync(join(spool, at)) : [];
      return names
        .filter((name) => name.endsWith(".json"))
        .map((name) => readFileSync(join(spool, at, name), "utf8"));
    });
  reset();
  const clean = await retry.run();
  expect([clean.exitCode, clean.stderr]).toEqual([0, ""]);
  const startedMs = performance.now();
  const stride = isFull ? 1 : Math.max(1, Math.floor(clean.steps / 12) | 1);
  let runs = 0;
  for (let at = 1; at <= clean.steps; at += stride) {
    reset();
    // Without renameat2(2) a file is linked, and then unlinked.
    await retry.run({ at, what: "SIGKILL", hasNoRenameNew: at % 2 === 0 });
    runs++;
    const everywhere = ["", "failed", "failed/.kci-ingester.retry", "pending_retry"];
    expect([at, [...new Set(texts(everywhere))].sort()]).toEqual([at, ["a", "b", "c"]]);
    // As the next start of the service does.
    recoverRetries(spoolAt(spool));
    const again = await retry.run();
    expect([at, again.exitCode, again.stderr]).toEqual([at, 0, ""]);
    expect([at, texts([""]).sort()]).toEqual([at, ["a", "b", "c"]]);
    expect([at, texts(everywhere.slice(1))]).toEqual([at, []]);
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  tell("retry sweep", { steps: clean.steps, runs, seconds });
  expect(runs).toBeGreaterThan(8);
});
