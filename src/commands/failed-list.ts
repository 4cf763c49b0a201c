import { escapeText } from "../base/escape-text.ts";
import { safeJson } from "../base/safe-json.ts";
import { withEnvFile } from "../config/env-file.ts";
import { readSpoolDir } from "../config/read-spool-dir.ts";
import { existingSpool } from "../spool/existing-spool.ts";
import { type FailedFile, listFailed } from "../spool/list-failed.ts";
import { printableName } from "../spool/name.ts";
import { shorten } from "../submission/text/printable.ts";
import { defineCommand, exitCodes } from "./command.ts";
import { versioned } from "./json-outputs.ts";
import { print } from "./print.ts";
import { printError } from "./print-error.ts";
import { readFailedFilter } from "./read-failed-filter.ts";
import { envFileFlag, failedFlags, spoolDirFlag } from "./shared-flags.ts";

export const failedListCommand = defineCommand({
  summary: "List refused submissions, one per line, oldest refusal first.",
  args: {
    "spool-dir": spoolDirFlag,
    "env-file": envFileFlag,
    ...failedFlags,
    json: { type: "boolean", description: "print one JSON object per line" },
  },
  examples: [
    ["kci-ingester failed list --spool-dir spool", "time, reason, origin, name, first mistake"],
    ["kci-ingester failed list --spool-dir spool --origin maestro --since 7d", "of one lab"],
  ],
  async run(args) {
    const env = withEnvFile(args["env-file"], process.env);
    const spool = existingSpool(readSpoolDir(args["spool-dir"], env));
    const found = listFailed(spool, readFailedFilter(args));
    await print(found.map((one) => (args.json ? toJson(one) : toLine(one))).join(""));
    if (found.length === 0) await printError("no refused submission\n");
    return exitCodes.ok;
  },
});

// --- internal ---

function toLine({ file, reason, refusedAtMs }: FailedFile): string {
  const when = new Date(refusedAtMs).toISOString().replace(/\.\d+/, "");
  const origins = reason?.origins.join(",") || "-";
  const message = reason?.message ?? "its .error file is missing: run validate";
  const fields = [when, reason?.reason ?? "?", shorten(origins, 60), printableName(file.name)];
  return `${escapeText([...fields, shorten(message, 200)].join("  "))}\n`;
}

function toJson({ file, reason, refusedAtMs }: FailedFile): string {
  return `${safeJson(
    versioned("failed list", {
      file: printableName(file.name),
      when: new Date(refusedAtMs).toISOString(),
      bytes: file.bytes,
      stage: reason?.stage ?? null,
      reason: reason?.reason ?? null,
      message: reason?.message ?? null,
      origins: reason?.origins ?? [],
      version: reason?.version ?? null,
      issue_count: reason?.issueCount ?? null,
    }),
  )}\n`;
}
