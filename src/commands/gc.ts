import { safeJson } from "../base/safe-json.ts";
import { ConfigFault } from "../config/fault.ts";
import { readAge } from "../config/read-age.ts";
import { readSpoolDir } from "../config/read-spool-dir.ts";
import { firstSetting } from "../config/settings.ts";
import { formatBytes, formatCount } from "../observe/units.ts";
import { collectGarbage } from "../spool/collect-garbage.ts";
import { existingSpool } from "../spool/existing-spool.ts";
import { defineCommand, exitCodes } from "./command.ts";
import { print } from "./print.ts";
import { spoolDirFlag } from "./shared-flags.ts";

export const gcCommand = defineCommand({
  summary: "Delete refused and archived submissions that are old enough; never touch what waits.",
  args: {
    "spool-dir": spoolDirFlag,
    failed: {
      type: "string",
      valueHint: "AGE",
      description: "delete what was refused longer ago: 12h, 7d, 1y; absent: nothing",
    },
    archive: {
      type: "string",
      valueHint: "AGE",
      description: "delete what was archived longer ago; absent: nothing",
    },
    "dry-run": { type: "boolean", description: "name what would be deleted, and delete nothing" },
    json: { type: "boolean", description: "print one JSON object" },
  },
  examples: [
    ["kci-ingester gc --spool-dir spool --failed 7d --archive 365d --dry-run", "look first"],
    ["kci-ingester gc --spool-dir spool --failed 7d --archive 365d", "KernelCI's policy"],
  ],
  async run(args) {
    const spool = existingSpool(readSpoolDir(args["spool-dir"], process.env));
    const dryRun = args["dry-run"] ?? false;
    const jobs = folders.flatMap(({ name, endings }) => {
      const setting = firstSetting([`--${name}`, args[name]]);
      return setting ? [{ name, endings, beforeMs: Date.now() - readAge(setting) }] : [];
    });
    if (jobs.length === 0) throw nothingAsked();
    const report: Record<string, unknown> = { dry_run: dryRun };
    for (const { name, endings, beforeMs } of jobs) {
      const names: string[] = [];
      const onFile = (file: string) => void names.push(file);
      const listing = dryRun ? { onFile } : {};
      const garbage = collectGarbage(spool[name], { endings, beforeMs, dryRun, ...listing });
      report[name] = { ...garbage, ...(dryRun ? { names } : {}) };
      if (args.json) continue;
      const { files, bytes, kept } = garbage;
      const total = `${formatCount(files)} (${formatBytes(bytes)}), ${formatCount(kept)} kept`;
      const lines = names.map((file) => `would delete  ${name}/${file}\n`).join("");
      await print(`${lines}${name}: ${dryRun ? "would delete" : "deleted"} ${total}\n`);
    }
    if (args.json) await print(`${safeJson(report)}\n`);
    return exitCodes.ok;
  },
});

// --- internal ---

const folders = [
  { name: "failed", endings: [".json"] },
  { name: "archive", endings: [".json", ".json.zst"] },
] as const;

function nothingAsked(): ConfigFault {
  return new ConfigFault("expected --failed AGE, --archive AGE or both, got neither", {
    operation: "read the command line",
    usage: true,
    hint: "KernelCI keeps what failed a week and the archive a year: --failed 7d --archive 365d",
  });
}
