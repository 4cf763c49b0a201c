import { safeJson } from "../base/safe-json.ts";
import { withEnvFile } from "../config/env-file.ts";
import { readSpoolDir } from "../config/read-spool-dir.ts";
import { existingSpool } from "../spool/existing-spool.ts";
import { SpoolFault } from "../spool/fault.ts";
import { type FailedFilter, listFailed, listPending } from "../spool/list-failed.ts";
import { printableName } from "../spool/name.ts";
import { type Retry, retryFile, retryPending } from "../spool/retry-file.ts";
import { defineCommand, exitCodes } from "./command.ts";
import { versioned } from "./json-outputs.ts";
import { pickFailed } from "./pick-failed.ts";
import { print } from "./print.ts";
import { readFailedFilter } from "./read-failed-filter.ts";
import { envFileFlag, failedFlags, spoolDirFlag } from "./shared-flags.ts";

export const failedRetryCommand = defineCommand({
  summary:
    "Put refused submissions, and those in pending_retry/, back into the spool: the ones named, or all that match the flags.",
  args: {
    "spool-dir": spoolDirFlag,
    "env-file": envFileFlag,
    ...failedFlags,
    "dry-run": { type: "boolean", description: "print what would be put back, and do nothing" },
    json: { type: "boolean", description: "print one JSON object per line" },
  },
  operands: "[NAME…]",
  examples: [
    ["kci-ingester failed retry --spool-dir spool NAME.json", "one"],
    [
      "kci-ingester failed retry --spool-dir spool --reason database",
      "all that the database refused",
    ],
    ["kci-ingester failed retry --spool-dir spool", "all"],
  ],
  async run(args) {
    const env = withEnvFile(args["env-file"], process.env);
    const spool = existingSpool(readSpoolDir(args["spool-dir"], env));
    const filter = readFailedFilter(args);
    let fault: SpoolFault | undefined;
    /** What one folder or file meets keeps no other from its turn, and is told at the end. */
    const attempt = <T>(work: () => T): T | undefined => {
      try {
        return work();
      } catch (cause) {
        if (!(cause instanceof SpoolFault)) throw cause;
        fault ??= cause;
        return undefined;
      }
    };
    const list = (one: FailedFilter = {}) => [
      ...(attempt(() => listFailed(spool, one)) ?? []),
      ...(attempt(() => listPending(spool, one)) ?? []),
    ];
    const names = new Set(
      args._.length > 0 ? pickFailed(list(), args._).map(({ file }) => file.name) : [],
    );
    const chosen = list(filter).filter(({ file }) => names.size === 0 || names.has(file.name));
    let exitCode: number = exitCodes.ok;
    for (const { folder, file } of chosen) {
      const put = folder === "failed" ? retryFile : retryPending;
      const result = args["dry-run"]
        ? "would-move"
        : (attempt(() => put(spool, file.name)) ?? "stuck");
      if (result === "occupied") exitCode = exitCodes.refused;
      const name = printableName(file.name);
      const line = args.json
        ? safeJson(versioned("failed retry", { file: name, result }))
        : `${words[result]}  ${name}`;
      await print(`${line}\n`);
    }
    if (fault) throw fault;
    if (chosen.length === 0 && !args.json) await print("nothing to put back\n");
    return exitCode;
  },
});

// --- internal ---

const words: Record<Retry | "would-move" | "stuck", string> = {
  moved: "put back",
  "would-move": "would be put back",
  occupied: "skipped: another file of that name is waiting",
  vanished: "gone",
  stuck: "skipped: cannot be moved",
};
