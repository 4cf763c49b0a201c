import { escapeText } from "../base/escape-text.ts";
import { Fault } from "../base/fault.ts";
import { nearest } from "../base/nearest.ts";
import { printable } from "../submission/text/printable.ts";
import { version } from "../version.ts";
import { type CommandTable, exitCodes } from "./command.ts";
import { commands } from "./commands.ts";
import { exitCodeOf } from "./exit-code-of.ts";
import { findCommand, isGroup } from "./find-command.ts";
import { print, ReaderGone } from "./print.ts";
import { printError } from "./print-error.ts";
import { renderCommands, renderHelp } from "./render-help.ts";

/** Runs a command line, without the program's own name; returns the exit code. */
export async function runCli(words: readonly string[]): Promise<number> {
  const { path, entry, rest } = findCommand(commands, words);
  try {
    if (!entry || isGroup(entry)) return await runGroup(path, entry?.commands ?? commands, rest);
    const command = await entry.load();
    if (!asksForHelp(rest)) return await command.run(rest, commands);
    await print(renderHelp(path.join(" "), command));
    return exitCodes.ok;
  } catch (cause) {
    if (cause instanceof ReaderGone) return exitCodes.readerGone;
    if (!(cause instanceof Fault)) throw cause;
    return complain(`${path.join(" ")}: ${cause.message}`, cause.hint, exitCodeOf(cause));
  }
}

// --- internal ---

/** Every way to ask which build this is. */
const versionWords = ["--version", "-V", "version"];

/** A line that ends before a command: a wish for help or for the version, or a mistake. */
async function runGroup(
  path: readonly string[],
  table: CommandTable,
  [word, ...rest]: readonly string[],
): Promise<number> {
  const help = renderCommands(path, table);
  if (word === undefined) {
    await printError(help);
    return exitCodes.usage;
  }
  if (word === "--help" || word === "-h" || (word === "help" && rest.length === 0)) {
    await print(help);
    return exitCodes.ok;
  }
  if (word === "help") return runCli([...path, ...rest, "--help"]);
  if (versionWords.includes(word) && path.length === 0) {
    await print(`${version()}\n`);
    return exitCodes.ok;
  }
  const prefix = path.length > 0 ? `${path.join(" ")}: ` : "";
  const what = word.startsWith("-") ? "flag" : "command";
  const close = nearest(word, Object.keys(table));
  const all = ["kci-ingester", ...path, "--help lists the commands"].join(" ");
  const hint = close ? `did you mean ${[...path, close].join(" ")}?` : all;
  return complain(`${prefix}unknown ${what} ${printable(word)}`, hint);
}

function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  const flags = end < 0 ? words : words.slice(0, end);
  return flags.includes("--help") || flags.includes("-h");
}

/** What a path or a server's words bring with them reaches no terminal raw; line ends of ours stay. */
function escapeLines(text: string): string {
  return text.split("\n").map(escapeText).join("\n");
}

async function complain(
  message: string,
  hint?: string,
  code: number = exitCodes.usage,
): Promise<number> {
  const lines = [`kci-ingester: ${message}`, ...(hint ? [`  hint: ${hint}`] : [])];
  await printError(lines.map((line) => `${escapeLines(line)}\n`).join(""));
  return code;
}
