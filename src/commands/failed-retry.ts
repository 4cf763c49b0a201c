import { safeJson } from "../base/safe-json.ts";
import { readSpoolDir } from "../config/read-spool-dir.ts";
import { existingSpool } from "../spool/existing-spool.ts";
import { listFailed } from "../spool/list-failed.ts";
import { printableName } from "../spool/name.ts";
import { type Retry, retryFile } from "../spool/retry-file.ts";
import { defineCommand, exitCodes } from "./command.ts";
import { pickFailed } from "./pick-failed.ts";
import { print } from "./print.ts";
import { readFailedFilter } from "./read-failed-filter.ts";
import { failedFlags, spoolDirFlag } from "./shared-flags.ts";

export const failedRetryCommand = defineCommand({
  summary:
    "Put refused submissions back into the spool: the named ones, or all that the flags let pass.",
  args: {
    "spool-dir": spoolDirFlag,
    ...failedFlags,
    "dry-run": { type: "boolean", description: "say what would be put back, and do nothing" },
    json: { type: "boolean", description: "print one JSON object a line" },
  },
  operands: "[NAME…]",
  examples: [
    ["kci-ingester failed retry --spool-dir spool NAME.json", "one"],
    [
      "kci-ingester failed retry --spool-dir spool --reason database",
      "all that a database refused",
    ],
    ["kci-ingester failed retry --spool-dir spool", "all"],
  ],
  async run(args) {
    const spool = existingSpool(readSpoolDir(args["spool-dir"], process.env));
    const filter = readFailedFilter(args);
    const names = new Set(
      args._.length > 0 ? pickFailed(listFailed(spool), args._).map(({ file }) => file.name) : [],
    );
    const chosen = listFailed(spool, filter).filter(
      ({ file }) => names.size === 0 || names.has(file.name),
    );
    let exitCode: number = exitCodes.ok;
    for (const { file } of chosen) {
      const result = args["dry-run"] ? "would-move" : retryFile(spool, file.name);
      if (result === "occupied") exitCode = exitCodes.refused;
      const name = printableName(file.name);
      const line = args.json ? safeJson({ file: name, result }) : `${words[result]}  ${name}`;
      await print(`${line}\n`);
    }
    if (chosen.length === 0 && !args.json) await print("nothing to put back\n");
    return exitCode;
  },
});

// --- internal ---

const words: Record<Retry | "would-move", string> = {
  moved: "waits again",
  "would-move": "would wait again",
  occupied: "left, for another file of that name waits",
  vanished: "has gone",
};
