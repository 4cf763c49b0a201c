import type { ArgsDef, ParsedArgs } from "citty";
import { parseArguments } from "./parse-arguments.ts";

/** What one word of the command line does. */
export interface CommandFacts<Args extends ArgsDef> {
  /** One line for the top of its help. */
  summary: string;
  args: Args;
  /** Name of the files or names that may follow the flags: `FILE…`; absent: none may. */
  operands?: string;
  /** Command lines that show its use, each with a word on what it does. */
  examples: readonly (readonly [line: string, meaning: string])[];
  /** Does the work; answers the exit code. Throws `Fault`. */
  run(args: ParsedArgs<Args>): Promise<number>;
}

/** A command whose arguments are still words. */
export interface Command extends Omit<CommandFacts<ArgsDef>, "run"> {
  /** Reads the words and does the work; answers the exit code. Throws `Fault`. */
  run(words: readonly string[]): Promise<number>;
}

/** Makes a command of its facts: words are read, and refused, by its own list of arguments. */
export function defineCommand<const Args extends ArgsDef>(facts: CommandFacts<Args>): Command {
  return { ...facts, run: (words) => facts.run(parseArguments(facts, words)) };
}

/** Exit codes (`spec/ingester.md` 1, after sysexits.h). */
export const exitCodes = {
  ok: 0,
  refused: 1,
  usage: 2,
  unavailable: 69,
  cannotCreate: 73,
  config: 78,
} as const;
