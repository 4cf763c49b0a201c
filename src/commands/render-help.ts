import type { Command } from "./command.ts";

/** The help of one command, as text. */
export function renderHelp(name: string, command: Command): string {
  const operands = command.operands ? ` ${command.operands}` : "";
  const flags = Object.entries(command.args).map(([flag, { type, valueHint, description }]) => {
    const value = type === "boolean" ? "" : ` ${valueHint ?? "VALUE"}`;
    return [`--${flag}${value}`, description ?? ""] as const;
  });
  return [
    command.summary,
    "",
    `Usage: kci-ingester ${name}${flags.length > 0 ? " [flags]" : ""}${operands}`,
    ...section("Flags", [...flags, ["--help", "show this text"]]),
    ...section("Examples", command.examples),
    "",
  ].join("\n");
}

/** The list of all commands, as text. */
export function renderCommands(commands: readonly (readonly [string, string])[]): string {
  return [
    "Ingests KernelCI submissions from a spool directory into SQLite or Postgres.",
    "",
    "Usage: kci-ingester COMMAND [flags]",
    ...section("Commands", commands),
    ...section("Flags", [
      ["--help", "show this text; after a command, that command's"],
      ["--version", "show version, commit and target"],
    ]),
    "",
  ].join("\n");
}

function section(title: string, rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return ["", `${title}:`, ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)];
}
