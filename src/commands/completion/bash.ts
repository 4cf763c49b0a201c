import {
  type CommandPath,
  type CompletionCommand,
  type CompletionValue,
  functionName,
  listCommands,
  quoteWord,
} from "./table.ts";

/** A completion script for bash 4 and later; it needs no other package. */
export function bash(program: string, commands: readonly CompletionCommand[]): string {
  const name = functionName(program);
  const paths = listCommands(commands);
  const words = (list: readonly string[]) => quoteWord(list.join(" "));
  return `# bash completion for ${program}: source <(${program} completion bash)
${name}() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" command="" index
  # bash splits --flag=value in three.
  if [[ $cur == "=" ]]; then
    cur=""
  elif [[ $prev == "=" ]]; then
    prev="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "$command \${COMP_WORDS[index]}" in
${paths.map(recogniseCommand).join("\n")}
    esac
  done
  case "$command $prev" in
${paths.flatMap(completeFlagValues).join("\n")}
  esac
  if [[ $cur == -* ]]; then
    case "$command" in
      "") COMPREPLY=($(compgen -W '--help --version' -- "$cur")) ;;
${paths.map(({ words: path, command }) => `      ${quoteWord(path.join(" "))}) COMPREPLY=($(compgen -W ${words(flagsOf(command))} -- "$cur")) ;;`).join("\n")}
    esac
    return
  fi
  case "$command" in
    "") COMPREPLY=($(compgen -W ${words(commands.map((command) => command.name))} -- "$cur")) ;;
${paths.flatMap(completeArguments).join("\n")}
  esac
}
complete -F ${name} ${program}
`;
}

// --- internal ---

function recogniseCommand({ words, command }: CommandPath): string {
  const before = words.slice(0, -1).join(" ");
  const patterns = [command.name, ...(command.aliases ?? [])]
    .map((name) => quoteWord(`${before} ${name}`))
    .join("|");
  return `      ${patterns}) command=${quoteWord(words.join(" "))} ;;`;
}

function completeFlagValues({ words, command }: CommandPath): string[] {
  return command.flags.flatMap(({ name, value }) =>
    value === undefined
      ? []
      : [`    ${quoteWord(`${words.join(" ")} --${name}`)}) ${complete(value)}; return ;;`],
  );
}

function completeArguments({ words, command }: CommandPath): string[] {
  const value = command.subcommands?.map((below) => below.name) ?? command.arguments;
  return value === undefined ? [] : [`    ${quoteWord(words.join(" "))}) ${complete(value)} ;;`];
}

/** Files are left to readline, which knows how to quote them. */
function complete(value: CompletionValue): string {
  if (value === "files") return "compopt -o default 2>/dev/null";
  if (value === "directories") return "compopt -o dirnames 2>/dev/null";
  if (value === "anything") return ":";
  return `COMPREPLY=($(compgen -W ${quoteWord(value.join(" "))} -- "$cur"))`;
}

function flagsOf(command: CompletionCommand): string[] {
  return [...command.flags.map(({ name }) => `--${name}`), "--help"];
}
