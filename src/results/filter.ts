import { labFields } from "../rows/main-tables.ts";
import { builds, checkouts, tests } from "../rows/tables.ts";
import type { ReadDialect } from "../store/reader.ts";
import { allOf, anyOf, ownText, type Statement, sql } from "../store/statement.ts";
import { column, containsText, isOneOfTexts, jsonField, type ReadField } from "./field.ts";
import { ofCheckouts, platformField } from "./runs.ts";
import { statuses, unknown } from "./words.ts";

/** What is listed. */
export type Subject = "builds" | "tests";

interface FilterFacts {
  /** What of a build or a test it is compared with; absent where such a thing does not have it. */
  readonly of: { readonly [S in Subject]?: ReadField };
  /** `*` in a value stands for any text. */
  readonly takesPatterns?: boolean;
  /** The value that stands for none; absent: there is none. */
  readonly none?: string;
  /** For help: what it chooses by. */
  readonly description: string;
}

const config = column("b", builds, "config_name");
const architecture = column("b", builds, "architecture");
const compiler = column("b", builds, "compiler");
const ofCheckout = (name: string) => {
  const field = column("c", checkouts, name);
  return { builds: field, tests: field };
};

/**
 * What can be chosen by, by the names that flags and parameters have. Several values of one are any of them,
 * different ones hold together. `commit` takes whole hashes here: `resolveCommit` makes one of what people
 * write.
 */
export const filterFacts = {
  origin: {
    of: { builds: column("b", builds, "origin"), tests: column("t", tests, "origin") },
    description: "from this origin",
  },
  tree: { of: ofCheckout("tree_name"), none: unknown, description: "for this tree" },
  branch: {
    of: ofCheckout("git_repository_branch"),
    none: unknown,
    description: "on this branch",
  },
  url: {
    of: ofCheckout("git_repository_url"),
    none: unknown,
    description: "from the repository with this URL",
  },
  commit: {
    of: ofCheckout("git_commit_hash"),
    description: "for this commit: a hash, a prefix of one, or a tag",
  },
  architecture: {
    of: { builds: architecture, tests: architecture },
    none: unknown,
    description: "for this architecture",
  },
  config: {
    of: { builds: config, tests: config },
    none: unknown,
    description: "with this configuration",
  },
  compiler: {
    of: { builds: compiler, tests: compiler },
    none: unknown,
    description: "with this compiler",
  },
  platform: {
    of: { tests: platformField },
    takesPatterns: true,
    none: unknown,
    description: "on this platform; * matches any text",
  },
  lab: {
    of: {
      builds: jsonField("b.misc", labFields.builds),
      tests: jsonField("t.misc", labFields.tests),
    },
    none: unknown,
    description: "from this lab",
  },
  path: {
    of: { tests: column("t", tests, "path") },
    takesPatterns: true,
    none: unknown,
    description: "with this path; * matches any text",
  },
  status: {
    of: { builds: column("b", builds, "status"), tests: column("t", tests, "status") },
    none: "NULL",
    description: "with this status: PASS, FAIL, …; NULL for no status",
  },
} as const satisfies Record<string, FilterFacts>;

/** What a filter chooses by. */
export type FilterName = keyof typeof filterFacts;

/** Which runs are wanted; nothing chooses all. */
export interface Filter extends Readonly<Partial<Record<FilterName, readonly string[]>>> {
  /** Those that began at this time or later, `YYYY-MM-DDTHH:MM:SS.ffffffZ`. */
  readonly from?: string;
  /** Those that began before this time. */
  readonly to?: string;
  /** Those with this text in their path, platform, config or id. */
  readonly text?: string;
}

/** The names of a filter that a subject has. */
export function filtersOf(subject: Subject): FilterName[] {
  return filterNames.filter((name) => factsOf(name).of[subject] !== undefined);
}

/** What of a subject a filter looks at; undefined where it has no such thing. */
export function fieldOf(name: FilterName, subject: Subject): ReadField | undefined {
  return factsOf(name).of[subject];
}

/**
 * The conditions of a filter on builds `b`, or tests `t` with theirs, and checkouts `c`. What a subject does
 * not have chooses none of it. Where something else leads to few rows, as checkouts do, no index of a filter
 * is to lead elsewhere (`isLed`).
 */
export function conditionsOf(
  filter: Filter,
  subject: Subject,
  dialect: ReadDialect,
  isLed = choosesCheckouts(filter),
): Statement[] {
  const start = startOf(subject, dialect, isLed);
  const led: ReadDialect = isLed ? dialect : { ...dialect, unindexed: (one) => one };
  const given = filterNames.flatMap((name) => {
    const values = filter[name];
    return values && values.length > 0 ? [{ name, values }] : [];
  });
  const chosen = given.map(({ name, values }) => ({
    // What nobody told is also what has no checkout yet.
    isOfCheckouts: ofCheckoutNames.has(name) && !values.includes(unknown),
    condition: choice(name, values, subject, led),
  }));
  const inCheckouts = chosen.filter(({ isOfCheckouts }) => isOfCheckouts);
  return [
    ...chosen.filter(({ isOfCheckouts }) => !isOfCheckouts).map(({ condition }) => condition),
    ...(inCheckouts.length > 0
      ? [ofCheckouts(dialect, subject, allOf(inCheckouts.map(({ condition }) => condition)))]
      : []),
    ...(filter.from === undefined ? [] : [sql`${start} >= ${dialect.time(filter.from)}`]),
    ...(filter.to === undefined ? [] : [sql`${start} < ${dialect.time(filter.to)}`]),
    ...(filter.text ? [holdsText(filter.text, subject, dialect)] : []),
  ];
}

/** Whether a filter leads to a few checkouts: then whatever is chosen is looked up by these. */
export function choosesCheckouts(filter: Filter): boolean {
  return [...ofCheckoutNames].some((name) => {
    const values = filter[name] ?? [];
    return values.length > 0 && !values.includes(unknown);
  });
}

/** When builds `b`, or tests `t`, began; where something else leads to them, not by an index of times. */
export function startOf(subject: Subject, dialect: ReadDialect, isLed: boolean): Statement {
  const start = `${subject === "builds" ? "b" : "t"}.start_time`;
  return ownText(isLed ? dialect.unindexed(start) : start);
}

// --- internal ---

const filterNames = Object.keys(filterFacts) as FilterName[];
/** Those that look at checkouts `c` alone. */
const ofCheckoutNames: ReadonlySet<FilterName> = new Set(["tree", "branch", "url", "commit"]);

function factsOf(name: FilterName): FilterFacts {
  return filterFacts[name];
}

function choice(
  name: FilterName,
  values: readonly string[],
  subject: Subject,
  dialect: ReadDialect,
): Statement {
  const { of, takesPatterns, none } = factsOf(name);
  const field = of[subject];
  if (!field) return anyOf([]);
  const plain = field.expression(dialect);
  const expression = ofCheckoutNames.has(name) ? plain : dialect.unindexed(plain);
  const isPattern = (value: string) => takesPatterns === true && value.includes("*");
  const exact = values.filter((value) => !isPattern(value));
  return anyOf([
    ...(exact.length > 0 ? [isExactly(name, field, exact, { dialect, expression })] : []),
    ...values.filter(isPattern).map((pattern) => dialect.matches(expression, pattern)),
    ...(none !== undefined && values.includes(none)
      ? [ownText(`${expression} is null or ${expression} = ''`)]
      : []),
  ]);
}

/** A status stands in the text, where it is one that is known: so an index that has only some of them is found. */
function isExactly(
  name: FilterName,
  field: ReadField,
  values: readonly string[],
  { dialect, expression }: { dialect: ReadDialect; expression: string },
): Statement {
  const [only = ""] = values;
  const isStatus = name === "status" && values.length === 1;
  if (!isStatus || !statuses.some((status) => status === only)) {
    return isOneOfTexts(field, values, dialect, expression);
  }
  return ownText(`${expression} = '${only}'`);
}

function holdsText(text: string, subject: Subject, dialect: ReadDialect): Statement {
  const fields =
    subject === "builds"
      ? [column("b", builds, "id"), config, architecture]
      : [column("t", tests, "id"), column("t", tests, "path"), platformField, config];
  return anyOf(fields.map((field) => containsText(field, text, dialect)));
}
