import { release } from "../version.ts";
import type { Command, CommandTable } from "./command.ts";
import { isGroup } from "./find-command.ts";
import { purpose, renderFlag, synopsis } from "./render-help.ts";

/** The manual page of the program in section 1, as roff (`man` macros), made from a table of commands. */
export async function manPage(table: CommandTable): Promise<string> {
  const commands = await listCommands(table);
  return [
    `.TH KCI-INGESTER 1 "" "kci-ingester ${release}" "User Commands"`,
    ".SH NAME",
    `kci-ingester \\- ${roff(purpose.replace(/^I/, "i").replace(/\.$/, ""))}`,
    ".SH SYNOPSIS",
    ...commands.flatMap(([name, command]) => [roff(synopsis(name, command)), ".br"]),
    ".SH COMMANDS",
    ...commands.flatMap(([name, command]) => describe(name, command)),
    ".SH EXIT STATUS",
    ...exitStatus.flatMap(([code, meaning]) => [".TP", `.B ${code}`, roff(meaning)]),
    "",
  ].join("\n");
}

// --- internal ---

const exitStatus = [
  ["0", "all well"],
  ["1", "some submissions are refused, or could not be put back"],
  ["2", "the command line is wrong, or a file that it names cannot be read"],
  ["69", "the database or the storage server cannot be reached"],
  ["73", "a folder or file cannot be made, written or locked"],
  ["78", "the configuration is wrong: trees file, missing tables, refused login"],
  ["130, 143", "ended at once by a second signal"],
  ["141", "nobody reads the output any more"],
] as const;

async function listCommands(
  table: CommandTable,
  path: readonly string[] = [],
): Promise<[name: string, command: Command][]> {
  const lists = Object.entries(table).map(async ([word, entry]) => {
    const words = [...path, word];
    if (isGroup(entry)) return listCommands(entry.commands, words);
    return [[words.join(" "), await entry.load()] satisfies [string, Command]];
  });
  return (await Promise.all(lists)).flat();
}

function describe(name: string, { summary, args, examples }: Command): string[] {
  return [
    `.SS ${roff(name)}`,
    roff(summary),
    ...Object.entries(args).flatMap(([flag, facts]) => [
      ".TP",
      `.B ${roff(renderFlag(flag, facts))}`,
      roff(facts.description ?? ""),
    ]),
    ...examples.flatMap(([line, meaning]) => [".TP", `.I ${roff(line)}`, roff(meaning)]),
  ];
}

/** Text as roff shows it unchanged (groff_char(7)): nothing in it is a request or an escape. */
function roff(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("…", "...")
    .replace(/^(?=[.'])/, "\\&");
}
