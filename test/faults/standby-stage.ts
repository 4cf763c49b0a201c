import { mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestDatabase } from "../databases.ts";
import { compiled } from "../e2e/binary.ts";
import { runIngester, startIngester } from "../e2e/run-ingester.ts";
import { freePort } from "../free-port.ts";
import { temporaryFolder } from "../temporary.ts";
import { submission } from "./submissions.ts";
import { until } from "./until.ts";

/** A standby takes over within this time. */
export const takeoverMs = 2_000;

/** A service started with `--standby`. */
export interface StandbyProcess extends AsyncDisposable {
  readonly log: string;
  readonly port: number;
  readonly holds: boolean;
  readonly standsBy: boolean;
  readonly exited: Promise<number>;
  /** Waits until it has the spool. */
  untilItHolds(timeoutMs?: number): Promise<void>;
  /** Waits until it waits for the spool. */
  untilItStandsBy(): Promise<void>;
  signal(name: NodeJS.Signals): void;
  ask(path: string): Promise<{ status: number; text: string } | undefined>;
}

/** A spool with a database, and services that may stand by for each other. */
export async function standbyStage(database: TestDatabase) {
  const folder = temporaryFolder();
  const spool = join(folder.path, "spool");
  mkdirSync(spool);
  const program = await compiled();
  const start = (
    words: string[] = [],
    port = freePort(),
    through: string[] = [],
  ): StandbyProcess => {
    const command = { ...program, command: [...through, ...program.command] };
    const all = ["monitor", "--standby", "--spool-dir", spool, "--database", database.url];
    const child = startIngester(command, [...all, "--metrics-port", String(port), ...words]);
    let log = "";
    const reading = (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of child.stderr) log += decoder.decode(chunk, { stream: true });
    })();
    const logged = () => log;
    return {
      port,
      exited: child.exited,
      async untilItHolds(timeoutMs = 20_000) {
        await until(() => this.holds, timeoutMs, logged);
      },
      async untilItStandsBy() {
        await until(() => this.standsBy, 20_000, logged);
      },
      get log() {
        return log;
      },
      get holds() {
        return log.includes("service_started");
      },
      get standsBy() {
        return log.includes("service_stands_by") && !this.holds;
      },
      signal: (name) => child.kill(name),
      async ask(path) {
        try {
          const answer = await fetch(`http://127.0.0.1:${port}${path}`);
          return { status: answer.status, text: await answer.text() };
        } catch {
          return undefined;
        }
      },
      async [Symbol.asyncDispose]() {
        child.kill("SIGKILL");
        await child.exited;
        await reading;
      },
    };
  };
  return {
    spool,
    start,
    run: (...words: string[]) => runIngester(program, [...words, "--spool-dir", spool]),
    send(name: string) {
      writeFileSync(join(spool, `${name}.json.temp`), submission(name));
      renameSync(join(spool, `${name}.json.temp`), join(spool, `${name}.json`));
    },
    archived: () =>
      readdirSync(spool).includes("archive") ? readdirSync(join(spool, "archive")) : [],
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}
