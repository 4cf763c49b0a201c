import type { CommandEntry, CommandTable, GroupEntry } from "./command.ts";

/** Where the words of a command line lead. */
export interface FoundCommand {
  /** The words up to it, by their own names: `["failed", "list"]`; none for the program itself. */
  path: string[];
  /** Absent for the program itself. */
  entry?: CommandEntry;
  /** The words after it. */
  rest: readonly string[];
}

/** Follows the leading words of a command line as far as they name commands. */
export function findCommand(table: CommandTable, words: readonly string[]): FoundCommand {
  const [word = "", ...rest] = words;
  const name = Object.hasOwn(table, word)
    ? word
    : Object.keys(table).find((key) => table[key]?.aliases?.includes(word));
  const entry = name === undefined ? undefined : table[name];
  if (name === undefined || !entry) return { path: [], rest: words };
  if (!isGroup(entry)) return { path: [name], entry, rest };
  const { byDefault } = entry;
  const [next = "--"] = rest;
  if (byDefault !== undefined && next.startsWith("-") && !helpFlags.includes(next)) {
    return { path: [name, byDefault], entry: entry.commands[byDefault] ?? entry, rest };
  }
  const below = findCommand(entry.commands, rest);
  return { path: [name, ...below.path], entry: below.entry ?? entry, rest: below.rest };
}

/** After a group they ask for its list of commands. */
const helpFlags = ["--help", "-h"];

/** Whether further commands stand below an entry. */
export function isGroup(entry: CommandEntry): entry is GroupEntry {
  return "commands" in entry;
}
