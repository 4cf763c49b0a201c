import { existsSync, lstatSync, statSync } from "node:fs";
import { escapeText } from "../base/escape-text.ts";
import { fileAt } from "../base/file-at.ts";
import { maskSecrets } from "../base/mask-secrets.ts";
import { maskedJson } from "../base/safe-json.ts";
import { checkPath } from "../config/check-path.ts";
import { readDatabaseUrl } from "../config/database-url.ts";
import { formatBytes, formatCount, formatSeconds } from "../observe/units.ts";
import { storeKind } from "../store/store-kind.ts";
import { defineCommand, exitCodes } from "./command.ts";
import { versioned } from "./json-outputs.ts";
import { print } from "./print.ts";
import { databaseFlag } from "./shared-flags.ts";
import { alreadyThere, writeNew } from "./write-new.ts";
import { OutputFault } from "./write-output.ts";

export const backupCommand = defineCommand({
  summary: "Copy a SQLite database into FILE while the service runs, and verify the copy.",
  args: {
    database: databaseFlag,
    force: { type: "boolean", description: "replace FILE if it exists" },
    json: { type: "boolean", description: "print one JSON object" },
  },
  operands: "FILE",
  examples: [
    [
      "kci-ingester backup --database sqlite:kernelci.db kernelci-backup.db",
      "while the service runs",
    ],
    ["kci-ingester backup --force kernelci-backup.db", "each night, under the same name"],
  ],
  async run(args) {
    const startedMs = performance.now();
    const url = readDatabaseUrl(args.database, process.env);
    const kind = storeKind(url);
    const source = kind.fileOf(url);
    const file = checkPath({ name: "FILE", value: args._[0] ?? "" });
    const replaces = args.force ?? false;
    if (source !== undefined) seeThatItIsFree(file, source, replaces);
    // Whoever may not read the database may not read its copy either.
    const mode = ((source && statSync(source, { throwIfNoEntry: false })?.mode) || 0o600) & 0o666;
    const { rows } = await writeNew(file, { replaces, mode }, (part) => kind.backUp(url, part));
    const seconds = Math.round(performance.now() - startedMs) / 1000;
    const { size: bytes } = statSync(file);
    const facts = { database: maskSecrets(url), file, bytes, rows, seconds };
    await print(args.json ? `${maskedJson(versioned("backup", facts))}\n` : describe(facts));
    return exitCodes.ok;
  },
});

// --- internal ---

interface Facts {
  file: string;
  bytes: number;
  rows: Readonly<Record<string, number>>;
  seconds: number;
}

function describe({ file, bytes, rows, seconds }: Facts): string {
  const total = Object.values(rows).reduce((sum, count) => sum + count, 0);
  return `${escapeText(file)}: ${formatCount(total)} rows, ${formatBytes(bytes)}, verified in ${formatSeconds(seconds)}\n`;
}

/** Sees that nothing is lost when the file gets its name. Throws `OutputFault`. */
function seeThatItIsFree(file: string, source: string, replaces: boolean): void {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found && !replaces) throw alreadyThere(file);
  if (found && !found.isFile()) throw refused(file, "is not a regular file", "choose another one");
  const own = [source, `${source}-wal`, `${source}-shm`, `${source}-journal`];
  if (found && own.some((path) => fileAt(path) === fileAt(file))) {
    throw refused(file, "is the database itself", "choose another file");
  }
  // The log of another database would be read as part of this one.
  const log = [`${file}-wal`, `${file}-journal`].find((path) => existsSync(path));
  if (log) {
    const hint = "close the programs that use that database, or choose another file";
    throw refused(file, `cannot be replaced: ${escapeText(log)} exists next to it`, hint);
  }
}

function refused(file: string, why: string, hint: string): OutputFault {
  return new OutputFault(`${escapeText(file)} ${why}`, {
    operation: "write",
    path: file,
    class: "operator",
    hint,
  });
}
