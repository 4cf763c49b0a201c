import {
  type CompletionCommand,
  type CompletionFlag,
  type CompletionValue,
  functionName,
  quoteWord,
} from "./table.ts";

/** A completion script for zsh, to be sourced or put into a folder of `$fpath`. */
export function zsh(program: string, commands: readonly CompletionCommand[]): string {
  const name = functionName(program);
  return `#compdef ${program}
# zsh completion for ${program}: source <(${program} completion zsh)
${name}() {
  local curcontext="$curcontext" state line
  local -a commands
${completeCommands(commands, "  ", ["--help[how to use it]", "--version[which build this is]"])}
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  ${name} "$@"
else
  compdef ${name} ${program}
fi
`;
}

// --- internal ---

/** Completes a command and then, by its name, what may follow it. */
function completeCommands(
  commands: readonly CompletionCommand[],
  indent: string,
  flags: readonly string[],
): string {
  const described = commands.map(({ name, description }) =>
    quoteWord(`${name.replaceAll(":", "\\:")}:${description}`),
  );
  const cases = commands.map((command) => {
    const names = [command.name, ...(command.aliases ?? [])].join("|");
    return `${indent}      ${names})\n${completeCommand(command, `${indent}        `)} ;;`;
  });
  return `${indent}_arguments -C ${flags.map(quoteWord).join(" ")} '1: :->command' '*:: :->rest' && return
${indent}case $state in
${indent}  command)
${indent}    commands=(${described.join(" ")})
${indent}    _describe -t commands command commands ;;
${indent}  rest)
${indent}    case $line[1] in
${cases.join("\n")}
${indent}    esac ;;
${indent}esac`;
}

function completeCommand(command: CompletionCommand, indent: string): string {
  const flags = [...command.flags.map(flagSpec), "--help[how to use it]"];
  if (command.subcommands) return completeCommands(command.subcommands, indent, flags);
  const specs = flags.map(quoteWord);
  // A message for what cannot be guessed would keep zsh from completing a flag in its place.
  if (command.arguments !== undefined && command.arguments !== "anything")
    specs.push(quoteWord(`*:argument:${action(command.arguments)}`));
  return `${indent}_arguments ${specs.join(` \\\n${indent}  `)}`;
}

function flagSpec({ name, description, value }: CompletionFlag): string {
  const text = description.replaceAll(/[[\]\\:]/g, "\\$&");
  return value === undefined
    ? `--${name}[${text}]`
    : `--${name}=[${text}]:${name}:${action(value)}`;
}

function action(value: CompletionValue): string {
  if (value === "files") return "_files";
  if (value === "directories") return "_files -/";
  if (value === "anything") return " ";
  return `(${value.join(" ")})`;
}
