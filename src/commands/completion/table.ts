/** What a shell must know of a command to complete it. */
export interface CompletionCommand {
  readonly name: string;
  /** Other names that do the same; they are understood and not offered. */
  readonly aliases?: readonly string[];
  readonly description: string;
  readonly flags: readonly CompletionFlag[];
  /** What stands after the flags; absent where nothing may. */
  readonly arguments?: CompletionValue;
  /** Commands below this one, one level deep. */
  readonly subcommands?: readonly CompletionCommand[];
}

/** What a value may be: names of files or directories, one of some words, or anything. */
export type CompletionValue = "files" | "directories" | "anything" | readonly string[];

/** A flag as the scripts complete it. */
export interface CompletionFlag {
  /** Without the dashes: `spool-dir`. */
  readonly name: string;
  readonly description: string;
  /** Absent for a switch. */
  readonly value?: CompletionValue;
}

/** A command with the words that lead to it: `["failed", "list"]`. */
export interface CommandPath {
  readonly words: readonly string[];
  readonly command: CompletionCommand;
}

/** Every command and below each its subcommands. */
export function listCommands(commands: readonly CompletionCommand[]): CommandPath[] {
  return commands.flatMap((command) => [
    { words: [command.name], command },
    ...(command.subcommands ?? []).map((below) => ({
      words: [command.name, below.name],
      command: below,
    })),
  ]);
}

/** A shell word in single quotes, for bash and zsh. */
export function quoteWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** `kci-ingester` as part of a function's name. */
export function functionName(program: string): string {
  return `_${program.replaceAll(/\W/g, "_")}`;
}
