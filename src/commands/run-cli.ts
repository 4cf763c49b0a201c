import { Fault } from "../fault.ts";
import { nearest } from "../nearest.ts";
import { version } from "../version.ts";
import { exitCodes } from "./command.ts";
import { commands } from "./commands.ts";
import { exitCodeOf } from "./exit-code-of.ts";
import { renderCommands, renderHelp } from "./render-help.ts";

/** Runs a command line, without the program's own name; answers the exit code. */
export async function runCli(words: readonly string[]): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    const text = renderCommands(
      Object.entries(commands).map(([key, { summary }]) => [key, summary]),
    );
    await Bun.write(name === undefined ? Bun.stderr : Bun.stdout, text);
    return name === undefined ? exitCodes.usage : exitCodes.ok;
  }
  if (name === "--version") {
    await Bun.write(Bun.stdout, `${version()}\n`);
    return exitCodes.ok;
  }
  const entry =
    commands[name] ?? Object.values(commands).find((one) => one.aliases?.includes(name));
  if (!entry) return complain(`unknown command "${name.slice(0, 80)}"`, didYouMean(name));
  const command = await entry.load();
  if (rest.includes("--help") || rest.includes("-h")) {
    await Bun.write(Bun.stdout, renderHelp(name, command));
    return exitCodes.ok;
  }
  try {
    return await command.run(rest);
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    return complain(`${name}: ${cause.message}`, cause.hint, exitCodeOf(cause));
  }
}

function complain(message: string, hint?: string, code: number = exitCodes.usage): number {
  process.stderr.write(`kci-ingester: ${message}\n${hint ? `  hint: ${hint}\n` : ""}`);
  return code;
}

function didYouMean(name: string): string {
  const close = nearest(name, Object.keys(commands));
  return close ? `did you mean ${close}?` : "kci-ingester --help lists the commands";
}
