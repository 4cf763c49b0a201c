import type { ArgDef, ArgsDef, ParsedArgs } from "citty";
import { parseArguments } from "./parse-arguments.ts";

/**
 * One flag of a command. Its `valueHint` says what its value is: `N`, `FILE`, `DIR`; words to choose
 * from stand as `text|json`.
 */
export type Flag = Extract<ArgDef, { type?: "boolean" | "string" }>;

/** The flags of a command by their names, without dashes. */
export type Flags = Readonly<Record<string, Flag>> & ArgsDef;

/** What a command line gave: its flags, and under `_` the words that are none. */
export type Arguments<F extends Flags> = ParsedArgs<F>;

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
  /** Does the work; answers the exit code. Throws `Fault`. */
  run(args: Arguments<F>): Promise<number>;
}

/** A command whose arguments are still words. */
export interface Command extends Omit<CommandFacts<Flags>, "run"> {
  /** Reads the words and does the work; answers the exit code. Throws `Fault`. */
  run(words: readonly string[]): Promise<number>;
}

/** Makes a command of its facts: words are read, and refused, by its own list of arguments. */
export function defineCommand<const F extends Flags>(facts: CommandFacts<F>): Command {
  return { ...facts, run: (words) => facts.run(parseArguments(facts, words)) };
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
