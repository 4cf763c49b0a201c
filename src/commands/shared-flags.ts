import type { Declaration, Declarations, FlagName } from "../config/declaration.ts";
import { monitorSettings, serviceSettings } from "../config/monitor-settings.ts";
import type { Flag } from "./parse-arguments.ts";

/** The flags of declared settings, as a command takes them. */
type FlagsOf<T extends Declarations> = {
  readonly [Name in keyof T as FlagName<T[Name]>]: {
    readonly type: T[Name]["kind"] extends { type: "switch" } ? "boolean" : "string";
    readonly valueHint?: string;
    readonly description: string;
  };
};

/** All flags of `monitor`. */
export const monitorFlags = toFlags(monitorSettings, (facts) => facts.description);

const shared = toFlags(serviceSettings, (facts) => facts.elsewhere ?? facts.description);

/** The flags that several commands have, so that they are one and the same everywhere. */
export const spoolDirFlag = shared["spool-dir"];
export const databaseFlag = shared.database;
export const treesFileFlag = shared["trees-file"];
export const maxFileSizeFlag = shared["max-file-size"];
export const maxMemoryFlag = shared["max-memory"];

/** The environment of the service, where that is not the one of whoever asks. */
export const envFileFlag = {
  type: "string",
  valueHint: "FILE",
  description: "file with the service's variables, such as the EnvironmentFile= of its unit",
} as const satisfies Flag;

/** Which refused submissions a command is about. */
export const failedFlags = {
  origin: { type: "string", valueHint: "ORIGIN", description: "only those from this origin" },
  since: {
    type: "string",
    valueHint: "TIME",
    description: "only those refused since 2025-01-31, 2025-01-31T12:00Z, or 7d ago",
  },
  reason: {
    type: "string",
    valueHint: "REASON",
    description: "only those refused for this reason: invalid, not-json, database …",
  },
} as const satisfies Record<string, Flag>;

// --- internal ---

function toFlags<const T extends Declarations>(
  settings: T,
  describe: (facts: Declaration) => string,
): FlagsOf<T> {
  const flags = Object.values(settings).flatMap((facts): [string, Flag][] =>
    facts.flag === undefined ? [] : [[facts.flag, toFlag(facts, describe(facts))]],
  );
  return Object.fromEntries(flags) as unknown as FlagsOf<T>;
}

/** Its description ends with the variables that stand for it, and its default. */
function toFlag(facts: Declaration, description: string): Flag {
  const { kind, variables = [], defaultWords = facts.default } = facts;
  const beside = [variables.join(", "), defaultWords].filter(Boolean).join("; ");
  const text = beside ? `${description} (${beside})` : description;
  if (kind.type === "switch") return { type: "boolean", description: text };
  const valueHint = kind.type === "words" ? kind.words.join("|") : (facts.hint ?? "VALUE");
  return { type: "string", valueHint, description: text };
}
