import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { collect } from "../e2e/collect.ts";
import { ingester, type Program, startIngester, type Variables } from "../e2e/run-ingester.ts";
import { until } from "../faults/until.ts";
import { freePort } from "../free-port.ts";
import { temporaryFolder } from "../temporary.ts";

/** The service on a spool of its own, with metrics and status page on a port of its own. */
export interface LiveService extends AsyncDisposable {
  readonly url: URL;
  readonly spool: string;
  readonly process: ReturnType<typeof startIngester>;
  /** What it has logged so far, as JSON lines. */
  readonly log: { readonly text: string };
  /** Puts files into the spool, all of them at once, as a writer should. */
  send(files: ReadonlyMap<string, string>): void;
  scrape(): Promise<string>;
}

interface LiveOptions {
  databaseUrl: string;
  /** A folder that the caller made; absent: one of its own. */
  spool?: string;
  /** From source, unless something else is given. */
  program?: Program;
  words?: readonly string[];
  env?: Variables;
}

/** Starts the service and waits until it serves its page. */
export async function startLive(options: LiveOptions): Promise<LiveService> {
  const folder = temporaryFolder();
  const spool = options.spool ?? join(folder.path, "spool");
  const child = startIngester(
    options.program ?? ingester,
    [
      ...["monitor", "--spool-dir", spool, "--database", options.databaseUrl],
      ...["--metrics-port", String(freePort()), "--log-format", "json", ...(options.words ?? [])],
    ],
    { env: options.env ?? {} },
  );
  const log = collect(child.stderr);
  const stop = async () => {
    child.kill("SIGKILL");
    await child.exited;
    folder[Symbol.dispose]();
  };
  await until(() => log.text.includes("status_page_served") || child.exitCode !== null);
  const served = /"status_page_served","url":"([^"]+)"/.exec(log.text)?.[1];
  if (served === undefined) {
    await stop();
    throw new Error(`the service serves no page: ${log.text}`);
  }
  const url = new URL(served);
  return {
    url,
    spool,
    process: child,
    log,
    send(files) {
      for (const [name, text] of files) writeFileSync(join(spool, `${name}.temp`), text);
      for (const name of files.keys()) renameSync(join(spool, `${name}.temp`), join(spool, name));
    },
    scrape: async () => (await fetch(new URL("/metrics", url))).text(),
    [Symbol.asyncDispose]: stop,
  };
}
