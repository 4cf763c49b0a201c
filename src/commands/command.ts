import { type Arguments, type Flags, parseArguments } from "./parse-arguments.ts";

/** What one word of the command line does. */
export interface CommandFacts<F extends Flags> {
  /** One line for the top of its help. */
  summary: string;
  args: F;
  /**
   * The words that it takes besides flags, as its help shows them: `NAME` for one, `FILE…` for one or
   * more, `[NAME…]` for any number, `bash|zsh` for one of these; absent: none.
   */
  operands?: string;
  /** Command lines that show its use, each with a word on what it does. */
  examples: readonly (readonly [line: string, meaning: string])[];
  /** Does the work; returns the exit code. `commands`: all that the program has. Throws `Fault`. */
  run(args: Arguments<F>, commands: CommandTable): Promise<number>;
}

/** A command whose arguments are still words. */
export interface Command extends Omit<CommandFacts<Flags>, "run"> {
  /** Reads the words and does the work; returns the exit code. Throws `Fault`. */
  run(words: readonly string[], commands: CommandTable): Promise<number>;
}

/** A command that is loaded when it is called for: start-up pays for nothing else. */
export interface LeafEntry {
  summary: string;
  aliases?: readonly string[];
  load(): Promise<Command>;
}

/** A word under which further commands stand. */
export interface GroupEntry {
  summary: string;
  aliases?: readonly string[];
  commands: CommandTable;
  /** The one of them that the word means where only flags follow it, or nothing. Absent: none. */
  byDefault?: string;
}

/** A command, or a group of them. */
export type CommandEntry = LeafEntry | GroupEntry;
/** Commands and groups by their names. */
export type CommandTable = Readonly<Record<string, CommandEntry>>;

/** Makes a command of its facts: words are read, and refused, by its own list of arguments. */
export function defineCommand<const F extends Flags>(facts: CommandFacts<F>): Command {
  return { ...facts, run: (words, commands) => facts.run(parseArguments(facts, words), commands) };
}

/** Exit codes (`commands/README.md` 3, after sysexits.h). */
export const exitCodes = {
  ok: 0,
  refused: 1,
  usage: 2,
  unavailable: 69,
  cannotCreate: 73,
  config: 78,
  /** As of a program that SIGPIPE ended: whoever read the output has gone. */
  readerGone: 141,
} as const;

/** What each exit code says, for the man page. */
export const exitMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  ok: "success",
  refused:
    "some submissions were refused or could not be put back; with --fail-on: something matched",
  usage: "the command line is wrong, or a file it names cannot be read",
  unavailable: "the database or the storage server cannot be reached",
  cannotCreate: "a folder or file cannot be created, written or locked",
  config: "the configuration is wrong: trees file, missing tables, login refused",
  readerGone: "the reader of the output is gone",
};
