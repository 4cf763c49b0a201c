import { escapeText } from "../base/escape-text.ts";
import { maskSecrets } from "../base/mask-secrets.ts";
import { maskedJson } from "../base/safe-json.ts";
import { readDatabaseUrl } from "../config/database-url.ts";
import { ConfigFault } from "../config/fault.ts";
import { readAge } from "../config/read-age.ts";
import { asksForPlain } from "../config/read-config.ts";
import { firstSetting } from "../config/settings.ts";
import { Terminal } from "../observe/terminal.ts";
import { formatBytes, formatCount } from "../observe/units.ts";
import { StoreFault } from "../store/fault.ts";
import {
  giveBack,
  type Pruner,
  type PruneScope,
  prune,
  prunedTables,
  type RowCounts,
  rebuild,
} from "../store/pruner.ts";
import { storeKind } from "../store/store-kind.ts";
import { defineCommand, exitCodes } from "./command.ts";
import { versioned } from "./json-outputs.ts";
import { print } from "./print.ts";
import { databaseFlag } from "./shared-flags.ts";
import { storeTimeouts } from "./store-timeouts.ts";

export const pruneCommand = defineCommand({
  summary:
    "Delete rows that were last ingested long ago and that no newer row refers to; the service may run.",
  args: {
    "older-than": {
      type: "string",
      valueHint: "AGE",
      description: "delete rows last ingested longer ago than AGE: 12h, 90d, 8w, 1y",
    },
    origin: { type: "string", valueHint: "ORIGIN", description: "only rows from this origin" },
    database: databaseFlag,
    "dry-run": { type: "boolean", description: "count what would be deleted, and delete nothing" },
    yes: { type: "boolean", description: "required for a shared database, that is Postgres" },
    vacuum: {
      type: "boolean",
      description:
        "return all freed space of a SQLite file to the system, even if this blocks the service meanwhile",
    },
    json: { type: "boolean", description: "print one JSON object" },
  },
  examples: [
    ["kci-ingester prune --older-than 90d --dry-run", "look first"],
    ["kci-ingester prune --older-than 90d --database sqlite:kernelci.db", "keep three months"],
    ["kci-ingester prune --older-than 1y --origin lab --yes", "a single origin, also on Postgres"],
  ],
  async run(args) {
    const setting = firstSetting(["--older-than", args["older-than"]]);
    if (!setting)
      throw usage("--older-than: expected an age, got nothing", "give one, such as 90d");
    if (args.origin === "") throw usage('--origin: expected an origin, got ""');
    const before = new Date(Date.now() - readAge(setting));
    const scope = { before: `${before.toISOString().slice(0, -1)}000Z`, origin: args.origin };
    const url = readDatabaseUrl(args.database, process.env);
    const kind = storeKind(url);
    const dryRun = args["dry-run"] ?? false;
    if (!kind.migratesItself && !dryRun && !args.yes) {
      throw usage(
        `prune would delete rows from a shared ${kind.title}`,
        "try --dry-run first, then add --yes",
      );
    }
    // What is counted is counted in one statement.
    const patience = dryRun ? { statementTimeoutMs: 3_600_000 } : {};
    await using pruner = await kind.openPruner(url, { ...storeTimeouts, ...patience });
    const facts = {
      dry_run: dryRun,
      database: maskSecrets(url),
      before: before.toISOString(),
      origin: args.origin ?? null,
    };
    const result = dryRun
      ? { rows: inOrder(await pruner.countRows(scope)) }
      : await deleteAll(pruner, scope, args.vacuum ?? false);
    await print(
      args.json
        ? `${maskedJson(versioned("prune", { ...facts, ...result }))}\n`
        : describe(result, dryRun),
    );
    return exitCodes.ok;
  },
});

// --- internal ---

interface Result {
  rows: RowCounts;
  /** Of a file: what it has given back, and what is left idle in it. */
  given_back_bytes?: number;
  free_bytes?: number;
}

/** A file with no more rows than this is written anew in a moment, which a service hardly notices. */
const maxRebuiltBytes = 128 << 20;
/** Less idle space than this is not worth it. */
const minFreeBytes = 1 << 20;
/** Off a terminal it is told that often how far it has come. */
const tellEveryMs = 10_000;

async function deleteAll(pruner: Pruner, scope: PruneScope, vacuum: boolean): Promise<Result> {
  const terminal = new Terminal(process.stderr, { isPlain: asksForPlain(process.env) });
  const counts: Record<string, number> = {};
  let toldAtMs = performance.now();
  const tell = (text: string) => {
    terminal.setStatus(text);
    if (terminal.isInteractive || performance.now() - toldAtMs < tellEveryMs) return;
    toldAtMs = performance.now();
    terminal.writeLine(text);
  };
  for await (const { table, deleted, share } of prune(pruner, scope)) {
    for (const [name, rows] of Object.entries(deleted)) counts[name] = (counts[name] ?? 0) + rows;
    const looked = share === undefined ? "" : `, ${Math.floor(share * 100)} % scanned`;
    tell(`${table}${looked}; deleted so far: ${inWords(counts)}`);
  }
  const rows = inOrder(counts);
  const before = await pruner.space();
  if (!before) {
    terminal.setStatus("");
    return { rows };
  }
  tell("returning free space");
  const { freeBytes, usedBytes } = before;
  const isWorthIt = freeBytes >= minFreeBytes && usedBytes <= maxRebuiltBytes;
  try {
    if (pruner.givesBackInSteps)
      for await (const _ of giveBack(pruner)) tell("returning free space");
    else if (vacuum || isWorthIt) await rebuild(pruner);
  } catch (cause) {
    if (!(cause instanceof StoreFault) || cause.class !== "transient") throw cause;
    // The rows are gone all the same, and their space is there for new ones.
    terminal.writeLine(`warning: free space was not returned: ${escapeText(cause.message)}`);
  }
  terminal.setStatus("");
  const after = (await pruner.space()) ?? before;
  const given = freeBytes + usedBytes - after.freeBytes - after.usedBytes;
  return { rows, given_back_bytes: Math.max(0, given), free_bytes: after.freeBytes };
}

/** In the order of the tables; those with nothing too. */
function inOrder(counts: RowCounts): RowCounts {
  return Object.fromEntries(prunedTables.map(({ name }) => [name, counts[name] ?? 0]));
}

function inWords(counts: RowCounts): string {
  const parts = Object.entries(counts)
    .filter(([, rows]) => rows > 0)
    .map(([name, rows]) => `${formatCount(rows)} ${name}`);
  return parts.join(", ") || "nothing";
}

function describe({ rows, given_back_bytes, free_bytes = 0 }: Result, dryRun: boolean): string {
  const deleted = `${dryRun ? "would delete" : "deleted"} ${inWords(rows)}\n`;
  if (given_back_bytes === undefined) return deleted;
  const idle =
    free_bytes < minFreeBytes
      ? ""
      : `; ${formatBytes(free_bytes)} remain in the file for new rows; --vacuum returns them`;
  return `${deleted}returned ${formatBytes(given_back_bytes)}${idle}\n`;
}

function usage(message: string, hint?: string): ConfigFault {
  return new ConfigFault(message, { operation: "read the command line", usage: true, hint });
}
