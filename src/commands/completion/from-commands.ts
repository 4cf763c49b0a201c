import type { CommandTable } from "../command.ts";
import { isGroup } from "../find-command.ts";
import type { CompletionCommand, CompletionValue } from "./table.ts";

/** What a shell must know of the commands of a table; loads every one of them. */
export async function fromCommands(table: CommandTable): Promise<CompletionCommand[]> {
  return Promise.all(
    Object.entries(table).map(async ([name, entry]): Promise<CompletionCommand> => {
      const { summary: description, aliases = [] } = entry;
      const facts = { name, aliases, description };
      if (isGroup(entry)) {
        return { ...facts, flags: [], subcommands: await fromCommands(entry.commands) };
      }
      const { args, operands } = await entry.load();
      const flags = Object.entries(args).map(([flag, { type, valueHint, description = "" }]) => ({
        name: flag,
        description,
        ...(type === "boolean" ? {} : { value: readHint(valueHint ?? "") }),
      }));
      return { ...facts, flags, ...(operands ? { arguments: readHint(operands) } : {}) };
    }),
  );
}

// --- internal ---

/** What a hint such as `FILE…`, `DIR` or `text|json` lets a value be. */
function readHint(hint: string): CompletionValue {
  if (hint.includes("|")) return hint.split("|");
  if (hint.includes("FILE")) return "files";
  return hint.includes("DIR") ? "directories" : "anything";
}
