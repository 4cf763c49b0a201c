import {
  type CommandPath,
  type CompletionCommand,
  type CompletionValue,
  listCommands,
} from "./table.ts";

/** A completion script for fish 3 and later. */
export function fish(program: string, commands: readonly CompletionCommand[]): string {
  const line = (condition: string, rest: string) =>
    `complete -c ${program} -n ${quote(condition)} ${rest}`;
  return `# fish completion for ${program}: ${program} completion fish | source
complete -c ${program} -f
${line("__fish_use_subcommand", "-l help -d 'how to use it'")}
${line("__fish_use_subcommand", "-l version -d 'which build this is'")}
${commands.map((command) => line("__fish_use_subcommand", offer(command))).join("\n")}
${listCommands(commands)
  .flatMap((path) => completeCommand(path).map((rest) => line(condition(path, commands), rest)))
  .join("\n")}
`;
}

// --- internal ---

/** True on a line that has reached this command and no subcommand of it. */
function condition(
  { words, command }: CommandPath,
  commands: readonly CompletionCommand[],
): string {
  const [first = ""] = words;
  const parent = commands.find(({ name }) => name === first);
  const seen = `__fish_seen_subcommand_from ${namesOf(parent ?? command).join(" ")}`;
  if (words.length > 1)
    return `${seen}; and __fish_seen_subcommand_from ${namesOf(command).join(" ")}`;
  const below = command.subcommands?.flatMap(namesOf) ?? [];
  return below.length === 0
    ? seen
    : `${seen}; and not __fish_seen_subcommand_from ${below.join(" ")}`;
}

function completeCommand({ command }: CommandPath): string[] {
  const lines = command.flags.map(
    ({ name, description, value }) =>
      `-l ${name}${value === undefined ? "" : ` ${option(value)}`} -d ${quote(description)}`,
  );
  lines.push("-l help -d 'how to use it'");
  for (const below of command.subcommands ?? []) lines.push(offer(below));
  const { arguments: value } = command;
  if (value === "files") lines.push("-F");
  else if (value !== undefined && value !== "anything")
    lines.push(option(value).replace("-x ", ""));
  return lines;
}

function offer({ name, description }: CompletionCommand): string {
  return `-a ${name} -d ${quote(description)}`;
}

function option(value: CompletionValue): string {
  if (value === "files") return "-r -F";
  if (value === "directories") return "-x -a '(__fish_complete_directories)'";
  if (value === "anything") return "-x";
  return `-x -a ${quote(value.join(" "))}`;
}

function namesOf({ name, aliases }: CompletionCommand): string[] {
  return [name, ...(aliases ?? [])];
}

function quote(text: string): string {
  return `'${text.replaceAll(/['\\]/g, "\\$&")}'`;
}
