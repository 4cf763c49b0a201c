import type { Declaration } from "../config/declaration.ts";
import { excerptSettings } from "../config/monitor-settings.ts";
import { type Command, type CommandTable, exitCodes, exitMeanings } from "./command.ts";
import type { Flag } from "./parse-arguments.ts";

/** What the program is, in one line. */
export const purpose =
  "Ingests KernelCI submissions from a spool directory into SQLite or Postgres.";

/** The help of one command, as text; `name` is all words that lead to it. */
export function renderHelp(name: string, command: Command): string {
  const flags = Object.entries(command.args).map(
    ([flag, facts]) => [renderFlag(flag, facts), facts.description ?? ""] as const,
  );
  return [
    command.summary,
    "",
    `Usage: ${synopsis(name, command)}`,
    ...section("Flags", [...flags, ["--help", "show this text"]]),
    ...section("Examples", command.examples),
    "",
  ].join("\n");
}

/** The list of the commands of the program, or of those below a word, as text. */
export function renderCommands(path: readonly string[], table: CommandTable): string {
  const isProgram = path.length === 0;
  return [
    ...(isProgram ? [purpose, ""] : []),
    `Usage: ${["kci-ingester", ...path, "COMMAND [flags]"].join(" ")}`,
    ...section(
      "Commands",
      Object.entries(table).map(([name, { summary }]) => [name, summary]),
    ),
    ...section("Flags", [
      ["--help", "show this text; after a command, that command's"],
      ...(isProgram ? [["--version, -V", "show version, commit and target"] as const] : []),
    ]),
    ...(isProgram ? aboutProgram() : []),
    "",
  ].join("\n");
}

/** The form of a command's line: `kci-ingester validate [flags] FILE…`. */
export function synopsis(name: string, { operands }: Command): string {
  return ["kci-ingester", name, "[flags]", ...(operands ? [operands] : [])].join(" ");
}

/** A flag and its value: `--interval S`. */
export function renderFlag(name: string, { type, valueHint }: Flag): string {
  return type === "boolean" ? `--${name}` : `--${name} ${valueHint ?? "VALUE"}`;
}

// --- internal ---

/** What holds for all commands: how to begin, the variables without a flag, and the exit codes. */
function aboutProgram(): string[] {
  const variables = Object.values<Declaration>(excerptSettings).flatMap(
    ({ variables: names = [], description, default: byDefault }) =>
      names.map(
        (name) => [name, byDefault ? `${description} (${byDefault})` : description] as const,
      ),
  );
  const names = Object.keys(exitMeanings) as (keyof typeof exitMeanings)[];
  return [
    ...section("Examples", [
      ["kci-ingester validate submission.json", "check whether it would be accepted"],
      [
        "kci-ingester monitor --spool-dir spool --once",
        "ingest what is in the spool into kernelci.db",
      ],
      ["kci-ingester failed list --spool-dir spool", "show what was refused"],
    ]),
    ...section("Log excerpts on the storage server", variables),
    ...section(
      "Exit codes",
      names.map((name) => [String(exitCodes[name]), exitMeanings[name]]),
    ),
  ];
}

function section(title: string, rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return ["", `${title}:`, ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)];
}
