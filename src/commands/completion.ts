import { defineCommand, exitCodes } from "./command.ts";
import { bash } from "./completion/bash.ts";
import { fish } from "./completion/fish.ts";
import type { CompletionCommand } from "./completion/table.ts";
import { zsh } from "./completion/zsh.ts";
import { print } from "./print.ts";

/** The shells that have completion. */
export const shells = ["bash", "zsh", "fish"] as const;
/** A shell that there is a completion script for. */
export type Shell = (typeof shells)[number];

const scripts = { bash, zsh, fish } as const satisfies Record<Shell, unknown>;

/**
 * The script that makes a shell complete the commands, flags and values of `program`; to be
 * printed on stdout, where the shell reads it.
 */
export function completion(
  shell: Shell,
  program: string,
  commands: readonly CompletionCommand[],
): string {
  return scripts[shell](program, commands);
}

export const completionCommand = defineCommand({
  summary: "Print a script that completes commands, flags, values and files in your shell.",
  args: {},
  operands: "bash|zsh|fish",
  examples: [
    ["source <(kci-ingester completion bash)", "in ~/.bashrc; likewise for zsh in ~/.zshrc"],
    ["kci-ingester completion fish | source", "in ~/.config/fish/config.fish"],
  ],
  async run(args, commands) {
    const { fromCommands } = await import("./completion/from-commands.ts");
    const shell = shells.find((name) => name === args._[0]) ?? "bash";
    await print(completion(shell, "kci-ingester", await fromCommands(commands)));
    return exitCodes.ok;
  },
});
