import { knownVariables } from "../config/known-variables.ts";
import { release } from "../version.ts";
import { type Command, type CommandTable, exitCodes, exitMeanings } from "./command.ts";
import { isGroup } from "./find-command.ts";
import { purpose, renderFlag, synopsis } from "./render-help.ts";

/** The manual page of the program in section 1, as roff (`man` macros), made from a table of commands. */
export async function manPage(table: CommandTable): Promise<string> {
  const commands = await listCommands(table);
  return [
    `.TH KCI-INGESTER 1 "" "kci-ingester ${release}" "User Commands"`,
    ".SH NAME",
    `kci-ingester \\- ${roff(purpose.replace(/^I/, "i").replace(/\.$/, ""))}`,
    ".SH SYNOPSIS",
    ...commands.flatMap(([name, command]) => [roff(synopsis(name, command)), ".br"]),
    ".SH COMMANDS",
    ...commands.flatMap(([name, command]) => describe(name, command)),
    ".SH ENVIRONMENT",
    ...environment(),
    ".SH FILES",
    ...files.flatMap(([name, meaning]) => term(name, meaning)),
    ".SH EXIT STATUS",
    ...exitStatus.flatMap(([code, meaning]) => term(code, meaning)),
    "",
  ].join("\n");
}

// --- internal ---

const exitStatus: readonly (readonly [code: string, meaning: string])[] = [
  ...(Object.keys(exitMeanings) as (keyof typeof exitMeanings)[]).map(
    (name) => [String(exitCodes[name]), exitMeanings[name]] as const,
  ),
  ["129, 130, 131, 143", "ended immediately by a second signal, or with --once by the first"],
];

/** What lies in a spool, and what is read beside it. */
const files = [
  ["SPOOL/*.json", "waiting submissions"],
  ["SPOOL/archive/", "ingested submissions, byte for byte"],
  ["SPOOL/archive/packed/YYYY-MM-DD.tar.zst", "one archive per day, after gc --pack"],
  ["SPOOL/failed/", "refused submissions, and the reason in NAME.json.error"],
  ["SPOOL/failed/.reasons/", "the reasons, with --reason-files apart"],
  ["SPOOL/.kci-ingester.holder", "what the running service says about itself"],
  [
    "/app/tree-names.yaml, /app/trees.yaml",
    "standard tree names, unless --trees-file is given; the first one that exists",
  ],
  ["~/.pgpass, ~/.pg_service.conf, ~/.postgresql/", "the same files that libpq reads"],
] as const;

/** The variables with a meaning of their own; those of one database stand in a line. */
function environment(): string[] {
  const told = knownVariables.flatMap(({ name, description, default: byDefault }) =>
    description === undefined
      ? []
      : term(name, byDefault ? `${description} (${byDefault})` : description),
  );
  const others = knownVariables.filter(({ description }) => description === undefined);
  return [...told, ...term(others.map(({ name }) => name).join(", "), "the database to use")];
}

function term(name: string, text: string): string[] {
  return [".TP", `.B ${roff(name)}`, roff(text)];
}

async function listCommands(
  table: CommandTable,
  path: readonly string[] = [],
): Promise<[name: string, command: Command][]> {
  const lists = Object.entries(table).map(async ([word, entry]) => {
    const words = [...path, word];
    if (isGroup(entry)) return listCommands(entry.commands, words);
    return [[words.join(" "), await entry.load()] satisfies [string, Command]];
  });
  return (await Promise.all(lists)).flat();
}

function describe(name: string, { summary, args, examples }: Command): string[] {
  return [
    `.SS ${roff(name)}`,
    roff(summary),
    ...Object.entries(args).flatMap(([flag, facts]) => [
      ".TP",
      `.B ${roff(renderFlag(flag, facts))}`,
      roff(facts.description ?? ""),
    ]),
    ...examples.flatMap(([line, meaning]) => [".TP", `.I ${roff(line)}`, roff(meaning)]),
  ];
}

/** Text as roff shows it unchanged (groff_char(7)): nothing in it is a request or an escape. */
function roff(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("…", "...")
    .replace(/^(?=[.'])/, "\\&");
}
