import { nearest } from "../../base/nearest.ts";
import { ConfigFault } from "../../config/fault.ts";
import { readSince } from "../../config/read-age.ts";
import { firstSetting, readNumber, type Setting } from "../../config/settings.ts";
import { resolveCommit, toScope } from "../../results/checkouts-of.ts";
import { type Filter, type FilterName, filterFacts } from "../../results/filter.ts";
import { statuses } from "../../results/words.ts";
import { toTimestamp } from "../../rows/timestamp.ts";
import type { Reader } from "../../store/reader.ts";
import { printable } from "../../submission/text/printable.ts";
import { type Flag, valuesOf } from "../parse-arguments.ts";
import { databaseFlag } from "../shared-flags.ts";

/** The flags of all commands that look at results. */
export const outputFlags = {
  database: databaseFlag,
  json: { type: "boolean", description: "print one JSON object" },
} as const satisfies Record<string, Flag>;

/** Of those that print rows. */
export const tableFlags = {
  ...outputFlags,
  format: formatFlag("table|csv"),
} as const satisfies Record<string, Flag>;

/** Of those whose rows are test cases to others. */
export const runFlags = {
  ...tableFlags,
  format: formatFlag("table|csv|junit"),
} as const satisfies Record<string, Flag>;

/** When a command ends with exit 1: see `exitCodeFor`. */
export const failOnFlag = {
  type: "string",
  valueHint: "regression|failure",
  description: "exit 1 if the output contains one",
} as const satisfies Flag;

/** Read by `readLimit`. */
export const limitFlag = {
  type: "string",
  valueHint: "N",
  description: "show at most N rows (100)",
} as const satisfies Flag;

/** Looks at all, where a list looks at what is newest alone. */
export const allFlag = {
  type: "boolean",
  description: "look at all there is, however long it takes, not only at what is newest",
} as const satisfies Flag;

/** The window of time, read by `readFilter`. */
export const timeFlags = {
  since: {
    type: "string",
    valueHint: "TIME",
    description: "only runs started since 2026-01-31, 2026-01-31T12:00Z, or 7d ago",
  },
  until: { type: "string", valueHint: "TIME", description: "only runs started before this time" },
} as const satisfies Record<string, Flag>;

/** Of those that list runs, or trees, of a time. */
export const listFlags = { ...timeFlags, limit: limitFlag, "fail-on": failOnFlag } as const;

/** The flags of filters, by their names. */
export function filterFlags<const N extends FilterName>(...names: readonly N[]) {
  const entries = names.map((name) => [
    name,
    {
      type: "string",
      valueHint: name.toUpperCase(),
      description: `only ${filterFacts[name].description}; may be repeated`,
      repeatable: true,
    } as const,
  ]);
  return Object.fromEntries(entries) as Record<
    N,
    { type: "string"; valueHint: string; description: string; repeatable: true }
  >;
}

/** What the flags of filters and times gave. */
export type GivenFilters = {
  readonly [Name in FilterName | "since" | "until"]?: string | undefined;
};

/** The filter that flags mean; commits are looked up. Throws `ConfigFault` (usage). */
export async function readFilter(db: Reader, args: GivenFilters): Promise<Filter> {
  const filter: Partial<Record<FilterName, string[]>> = {};
  for (const name of Object.keys(filterFacts) as FilterName[]) {
    const values = valuesOf(args[name]);
    if (values.length > 0) filter[name] = values;
  }
  filter.status?.forEach(checkStatus);
  if (filter.commit) {
    const scope = toScope({ ...filter, origin: undefined });
    filter.commit = await Promise.all(filter.commit.map((text) => findCommit(db, text, scope)));
  }
  const [since, until] = [
    firstSetting(["--since", args.since]),
    firstSetting(["--until", args.until]),
  ];
  return {
    ...filter,
    ...(since ? { from: readTime(since) } : {}),
    ...(until ? { to: readTime(until) } : {}),
  };
}

/** The hash of the commit that a text means. Throws `ConfigFault` (usage) where that is none, or several. */
export async function findCommit(
  db: Reader,
  text: string,
  scope: Parameters<typeof resolveCommit>[2] = {},
): Promise<string> {
  const found = await resolveCommit(db, text, scope);
  if ("hash" in found) return found.hash;
  const { candidates } = found;
  throw new ConfigFault(
    candidates.length > 0
      ? `${printable(text)} is a prefix of several commits: ${candidates.map((hash) => hash.slice(0, 12)).join(", ")}`
      : `no such commit: ${printable(text)}`,
    {
      operation: "look up the commit",
      usage: true,
      hint: "give a hash, a prefix of one, a tag, a name, or latest; kci-ingester results lists commits",
    },
  );
}

/** The number of rows that `--limit` asks for. Throws `ConfigFault` (usage). */
export function readLimit(given: string | undefined): number {
  return readNumber(firstSetting(["--limit", given]), 100, { min: 1, max: 10_000, integer: true });
}

// --- internal ---

function formatFlag<const H extends string>(valueHint: H) {
  return { type: "string", valueHint, description: "output format (table)" } as const;
}

function checkStatus(status: string): void {
  if (statuses.some((known) => known === status)) return;
  const close = nearest(status, statuses);
  throw new ConfigFault(
    `--status: expected one of ${statuses.join(", ")}, got ${printable(status)}`,
    {
      operation: "read the command line",
      usage: true,
      hint: close && `did you mean ${close}?`,
    },
  );
}

function readTime(setting: Setting): string {
  const time = toTimestamp(new Date(readSince(setting, Date.now())).toISOString());
  return time ?? "0001-01-01T00:00:00.000000Z";
}
