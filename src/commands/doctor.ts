import { escapeText } from "../base/escape-text.ts";
import { maskSecrets } from "../base/mask-secrets.ts";
import { maskedJson } from "../base/safe-json.ts";
import { readConfig } from "../config/read-config.ts";
import { besideService } from "./beside-service.ts";
import { defineCommand } from "./command.ts";
import type { Check } from "./doctor/check.ts";
import { examine } from "./doctor/examine.ts";
import { versioned } from "./json-outputs.ts";
import { print } from "./print.ts";
import { databaseFlag, envFileFlag, spoolDirFlag, treesFileFlag } from "./shared-flags.ts";

export const doctorCommand = defineCommand({
  summary: "Check everything the service needs, and say how to fix what is wrong.",
  args: {
    "spool-dir": spoolDirFlag,
    database: databaseFlag,
    "trees-file": treesFileFlag,
    "env-file": envFileFlag,
    json: { type: "boolean", description: "print one JSON object" },
  },
  examples: [
    [
      "kci-ingester doctor --spool-dir spool",
      "exit 0: all is well; 69, 73 or 78: as monitor would exit",
    ],
    ["kci-ingester doctor --json", "for scripts, with the environment of the service"],
  ],
  async run(args) {
    const beside = besideService(args, process.env);
    const { env, isOfService, databaseUrl } = beside;
    // What neither flag nor variable says is what the running service goes by.
    const database = isOfService ? databaseUrl : args.database;
    const checks = await examine(readConfig({ ...args, ...beside.flags, database }, env), beside);
    const failed = checks.find((check) => check.state === "fail");
    const json = () =>
      `${maskedJson(versioned("doctor", { ok: !failed, checks: checks.map(({ exitCode: _, ...facts }) => facts) }))}\n`;
    await print(args.json ? json() : checks.map(toLine).join(""));
    return failed?.exitCode ?? 0;
  },
});

// --- internal ---

function toLine({ name, state, detail, hint }: Check): string {
  const line = `${state.padEnd(5)} ${name.padEnd(10)} ${detail}${hint ? `; hint: ${hint}` : ""}`;
  return `${escapeText(maskSecrets(line))}\n`;
}
