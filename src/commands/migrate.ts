import { escapeText } from "../base/escape-text.ts";
import { maskedJson } from "../base/safe-json.ts";
import { readDatabaseUrl } from "../config/database-url.ts";
import { storeKind } from "../store/store-kind.ts";
import { defineCommand, exitCodes } from "./command.ts";
import { print } from "./print.ts";
import { printError } from "./print-error.ts";
import { databaseFlag } from "./shared-flags.ts";
import { storeTimeouts } from "./store-timeouts.ts";

export const migrateCommand = defineCommand({
  summary: "Create the tables of a database that are missing; alter nothing that is there.",
  args: {
    database: databaseFlag,
    json: { type: "boolean", description: "print what was made as JSON" },
  },
  examples: [
    ["kci-ingester migrate --database sqlite:kernelci.db", "a file of your own"],
    ["kci-ingester migrate --database postgres://kci@db/kcidb", "a server, PGPASSWORD set"],
  ],
  async run(args) {
    const url = readDatabaseUrl(args.database, process.env);
    const kind = storeKind(url);
    await using store = await kind.open(url, storeTimeouts);
    const made = await store.migrate();
    const text = args.json
      ? maskedJson(made)
      : made.tables.length === 0
        ? "all tables were there"
        : `created ${made.tables.join(", ")}`;
    await print(`${text}\n`);
    const warnings = await store.warnings();
    await printError(warnings.map((warning) => `warning: ${escapeText(warning)}\n`).join(""));
    return exitCodes.ok;
  },
});
