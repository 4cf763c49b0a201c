import { escapeText } from "../base/escape-text.ts";
import { maskedJson } from "../base/safe-json.ts";
import { readDatabaseUrl } from "../config/database-url.ts";
import { withEnvFile } from "../config/env-file.ts";
import { gapFault } from "../store/gap.ts";
import type { Migration } from "../store/store.ts";
import { storeKind } from "../store/store-kind.ts";
import { defineCommand, exitCodes } from "./command.ts";
import { versioned } from "./json-outputs.ts";
import { print } from "./print.ts";
import { printError } from "./print-error.ts";
import { databaseFlag, envFileFlag } from "./shared-flags.ts";
import { storeTimeouts } from "./store-timeouts.ts";

export const migrateCommand = defineCommand({
  summary:
    "Create the missing tables of a database; existing tables are altered only with --alter.",
  args: {
    database: databaseFlag,
    "env-file": envFileFlag,
    alter: {
      type: "boolean",
      description:
        "add missing nullable columns to Postgres tables; gives up after 1 to 3 s if a table is in use, so that others do not wait",
    },
    views: {
      type: "boolean",
      description:
        "also create the convenience views in Postgres: boots, failures, test_runs, results_by_commit; SQLite always has them",
    },
    json: { type: "boolean", description: "print what was created as JSON" },
  },
  examples: [
    ["kci-ingester migrate --database sqlite:kernelci.db", "a local file"],
    ["kci-ingester migrate --database postgres://kci@db/kcidb", "a server, with PGPASSWORD set"],
  ],
  async run(args) {
    const url = readDatabaseUrl(args.database, withEnvFile(args["env-file"], process.env));
    const kind = storeKind(url);
    await using store = await kind.open(url, storeTimeouts);
    const { left, others, ...made } = await store.migrate({ alter: args.alter, views: args.views });
    await print(args.json ? `${maskedJson(versioned("migrate", made))}\n` : describe(made));
    if (left.length > 0) throw gapFault(left);
    const warnings = [
      ...others.map(
        (name) =>
          `${name} already exists and was not created by kci-ingester: it is left unchanged`,
      ),
      ...(await store.warnings()),
    ];
    await printError(warnings.map((warning) => `warning: ${escapeText(warning)}\n`).join(""));
    return exitCodes.ok;
  },
});

// --- internal ---

function describe({ tables, columns, views }: Omit<Migration, "left" | "others">): string {
  const created = [...tables, ...views];
  const parts = [
    ...(created.length > 0 ? [`created ${created.join(", ")}`] : []),
    ...(columns.length > 0 ? [`added ${columns.join(", ")}`] : []),
  ];
  return `${parts.length > 0 ? parts.join("; ") : "nothing to do: all tables exist"}\n`;
}
