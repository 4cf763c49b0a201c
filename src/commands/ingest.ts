import { escapeText } from "../base/escape-text.ts";
import { safeJson } from "../base/safe-json.ts";
import { readDatabaseUrl } from "../config/database-url.ts";
import { withEnvFile } from "../config/env-file.ts";
import { serviceSettings } from "../config/monitor-settings.ts";
import { treesFileOf } from "../config/read-config.ts";
import { readSetting } from "../config/read-setting.ts";
import { readTrees } from "../config/read-trees.ts";
import type { TreeNames } from "../prepare/name-trees.ts";
import { SpoolFault } from "../spool/fault.ts";
import { StoreFault } from "../store/fault.ts";
import type { Store } from "../store/store.ts";
import { storeKind } from "../store/store-kind.ts";
import type { Refusal } from "../submission/refusal.ts";
import { defineCommand, exitCodes } from "./command.ts";
import { versioned } from "./json-outputs.ts";
import { print } from "./print.ts";
import { printError } from "./print-error.ts";
import { databaseFlag, envFileFlag, maxFileSizeFlag, treesFileFlag } from "./shared-flags.ts";
import { storeTimeouts } from "./store-timeouts.ts";

export const ingestCommand = defineCommand({
  summary:
    "Load files directly into a database, with the same checks and the same rows as the service.",
  args: {
    database: databaseFlag,
    "trees-file": treesFileFlag,
    "max-file-size": maxFileSizeFlag,
    "env-file": envFileFlag,
    json: { type: "boolean", description: "print one JSON object per line" },
  },
  operands: "FILE…",
  examples: [
    ["kci-ingester ingest --database sqlite:results.db results/", "nothing is moved"],
    ["kci-ingester ingest --database postgres://kci@db/kcidb result.json", "exit 1: refused"],
  ],
  async run(args) {
    const env = withEnvFile(args["env-file"], process.env);
    const url = readDatabaseUrl(args.database, env);
    const maxFileBytes = readSetting(serviceSettings.maxFileBytes, args, env);
    const trees = await readTrees(treesFileOf(readSetting(serviceSettings.treesFile, args, env)));
    const { makeReady } = await import("../store/make-ready.ts");
    for (const news of await makeReady(url, storeTimeouts)) {
      await printError(`warning: ${escapeText(news)}\n`);
    }
    await using store = await storeKind(url).open(url, storeTimeouts);
    return ingestFiles(args._, { store, trees, maxFileBytes, json: args.json ?? false });
  },
});

// --- internal ---

interface IngestOptions {
  store: Store;
  trees: TreeNames;
  maxFileBytes: number;
  json: boolean;
}

/** What came of one file. */
type Ingested = { rows: number } | { refusal: Refusal };

/** Writes one file after the other, each in a transaction. Throws what the database does but for refusals. */
async function ingestFiles(words: readonly string[], options: IngestOptions): Promise<number> {
  const { InputFault } = await import("./read-input.ts");
  const { expandPatterns } = await import("./expand-patterns.ts");
  let exitCode: number = exitCodes.ok;
  for await (const file of expandPatterns(words, { folders: true })) {
    try {
      if (file instanceof InputFault) throw file;
      const ingested = await ingestOne(file, options);
      if ("refusal" in ingested) exitCode = Math.max(exitCode, exitCodes.refused);
      await print(options.json ? toJson(file, ingested) : await toText(file, ingested));
    } catch (cause) {
      if (!(cause instanceof InputFault || cause instanceof SpoolFault)) throw cause;
      await printError(`${cause.message}\n`);
      exitCode = exitCodes.usage;
    }
  }
  return exitCode;
}

async function ingestOne(file: string, options: IngestOptions): Promise<Ingested> {
  const { openUnpacked } = await import("./read-input.ts");
  const { checkInput } = await import("./check-input.ts");
  const { submissionsOf } = await import("../prepare/large/submissions.ts");
  const { rowsOfSubmissions } = await import("../prepare/rows-of-submissions.ts");
  const input = await openUnpacked(file, options.maxFileBytes);
  using _ = input.kind === "large" ? input.file : undefined;
  const reading = checkInput(input, options);
  if (!reading.accepted) return reading;
  const submissions =
    "text" in reading
      ? [reading.submission]
      : submissionsOf(reading.submission).map(({ submission }) => submission);
  const { rows, rowCount } = rowsOfSubmissions(submissions, options.trees);
  try {
    await options.store.write(rows);
    return { rows: rowCount };
  } catch (cause) {
    if (!(cause instanceof StoreFault) || !cause.rows || cause.class !== "refused") throw cause;
    return { refusal: refusalOf(cause, reading.version) };
  }
}

/** A database refused the rows: in one file there is no other that could tell whose fault it is. */
function refusalOf({ message, code }: StoreFault, version: string): Refusal {
  const expected = "rows that the database accepts";
  const issues = [{ path: "$", code: code ?? "database", expected, got: message }];
  return {
    stage: "store",
    reason: "database",
    message,
    origins: [],
    version,
    issues,
    issueCount: 1,
  };
}

function toJson(file: string, ingested: Ingested): string {
  if ("rows" in ingested) {
    const { rows } = ingested;
    const none = { reason: null, issues: [], issue_count: 0 };
    return `${safeJson(versioned("ingest", { file, ingested: true, rows, ...none }))}\n`;
  }
  const { reason, issues, issueCount: issue_count } = ingested.refusal;
  const what = { file, ingested: false, rows: 0, reason, issues, issue_count };
  return `${safeJson(versioned("ingest", what))}\n`;
}

async function toText(file: string, ingested: Ingested): Promise<string> {
  const name = escapeText(file);
  if ("rows" in ingested) {
    return `ingested ${name}: ${ingested.rows} row${ingested.rows === 1 ? "" : "s"}\n`;
  }
  const { renderRefusal } = await import("./render-reading.ts");
  return renderRefusal(name, ingested.refusal, { color: false, prefix: name });
}
