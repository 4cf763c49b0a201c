import { AnswerCache } from "../api/answer-cache.ts";
import { serveResults } from "../api/serve-results.ts";
import { escapeText } from "../base/escape-text.ts";
import { Fault } from "../base/fault.ts";
import { secretsOfUrl } from "../base/given-secrets.ts";
import { knowSecrets } from "../base/known-secrets.ts";
import { readDatabaseUrl } from "../config/database-url.ts";
import { excerptSettings } from "../config/monitor-settings.ts";
import { readSetting } from "../config/read-setting.ts";
import { readSpoolDir } from "../config/read-spool-dir.ts";
import { firstSetting, readNumber } from "../config/settings.ts";
import { answerPage } from "../pages/answer-page.ts";
import { existingSpool } from "../spool/existing-spool.ts";
import { storeKind } from "../store/store-kind.ts";
import { defineCommand, exitCodes } from "./command.ts";
import { printError } from "./print-error.ts";
import { readerTimeouts } from "./reader-timeouts.ts";
import { databaseFlag, spoolDirFlag } from "./shared-flags.ts";
import { stopOnSignals } from "./stop-on-signals.ts";

export const serveCommand = defineCommand({
  summary: "Serve results to browsers and to kci-dev, read-only.",
  args: {
    database: databaseFlag,
    "spool-dir": {
      ...spoolDirFlag,
      description: "the spool, to show refused submissions and the file behind each result (none)",
    },
    port: {
      type: "string",
      valueHint: "PORT",
      description: "port to listen on; 0 = any free port (8010)",
    },
    host: {
      type: "string",
      valueHint: "ADDRESS",
      description:
        "address to listen on; only 127.0.0.1 and ::1 keep other machines out (127.0.0.1)",
    },
  },
  examples: [
    ["kci-ingester serve --database sqlite:kernelci.db", "on this machine only, until Ctrl-C"],
    ["kci-ingester serve --spool-dir spool", "with refused files and submissions"],
    ["kci-ingester serve --port 8011", "on another port; the API is under /api/"],
  ],
  async run(args) {
    const url = readDatabaseUrl(args.database, process.env);
    using _secrets = knowSecrets(secretsOfUrl(url));
    const port = firstSetting(["--port", args.port]);
    const stopping = Promise.withResolvers<void>();
    using _signals = stopOnSignals(() => stopping.resolve());
    const spoolDir = args["spool-dir"];
    const sources = {
      storageBaseUrl: readSetting(excerptSettings.baseUrl, {}, process.env),
      spool: spoolDir ? existingSpool(readSpoolDir(spoolDir, process.env)) : undefined,
    };
    const now = clockOf(process.env.KCI_RESULTS_NOW);
    await using reader = await storeKind(url).openReader(url, readerTimeouts);
    const cache = new AnswerCache(reader);
    const page = (asked: URL) => answerPage(asked, { reader, now, sources, cache });
    await using server = serveResults({
      reader,
      cache,
      host: args.host || "127.0.0.1",
      port: readNumber(port, 8010, { min: 0, max: 65_535, integer: true }),
      now,
      page: (_request, asked) => page(asked),
      onError: (error) => void printError(`kci-ingester: ${describeError(error)}\n`),
    });
    await printError(
      `serving ${server.url.href}; for kci-dev: dashboard_api = "${server.url.href}api/"\n`,
    );
    // What is opened first is at hand then. Who opens it is told what went wrong, if anything does.
    await page(new URL("/failures", server.url)).catch(() => {});
    await stopping.promise;
    return exitCodes.ok;
  },
});

// --- internal ---

/** For tests, which look at results of long ago: a clock that goes on from another time. */
function clockOf(startsAt: string | undefined): () => number {
  const offsetMs = startsAt ? Date.parse(startsAt) - Date.now() : 0;
  return () => Date.now() + (Number.isNaN(offsetMs) ? 0 : offsetMs);
}

function describeError(error: unknown): string {
  if (error instanceof Fault) return escapeText(error.message);
  return escapeText(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
