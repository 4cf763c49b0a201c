import { bash } from "./completion/bash.ts";
import { fish } from "./completion/fish.ts";
import type { CompletionCommand } from "./completion/table.ts";
import { zsh } from "./completion/zsh.ts";

/** The shells that have completion. */
export const shells = ["bash", "zsh", "fish"] as const;
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
