import { childrenFirst, childrenOf, listings } from "../rows/relations.ts";
import type { Table } from "../rows/table.ts";
import { builds, checkouts, incidents, issues, tests } from "../rows/tables.ts";
import type { PruneScope } from "./pruner.ts";

/** How a kind of database spells what the statements need. Parameters: 1 the time, 2 the ids, 3 the origin. */
export interface PruneDialect {
  /** The time, and the origin, that rows are compared with. */
  readonly time: string;
  readonly origin: string;
  /** Whether a text is one of the ids. */
  isGiven(text: string): string;
  /** Whether a text is not among the ids of a common table expression. */
  isNotIn(text: string, expression: string): string;
  /** A text, to be sorted by code points. */
  byCodePoints(text: string): string;
}

/** The statements of a scope; the values of their parameters are the store's matter. */
export interface PruneStatements {
  /** Whether a row is old enough; `alias` names its table. */
  isOld(alias: string): string;
  /** The ids of the given rows that may be deleted, in order. */
  deletable(table: Table): string;
  /** Those of the given issues that go with all their incidents. */
  readonly goingIssues: string;
  /** Deletes the given rows and returns their ids; the condition is that of `deletable`. */
  deleteRows(table: Table): string;
  /** Lets listings that tell of the given checkouts tell of the latest that is left. */
  readonly relist: readonly string[];
  /** How many rows would go, by the names of their tables. */
  readonly count: string;
}

/** The statements that prune a scope. */
export function pruneStatements(dialect: PruneDialect, { origin }: PruneScope): PruneStatements {
  const isOld = (alias: string) => {
    const isOfOrigin = origin === undefined ? "" : ` and ${alias}.origin = ${dialect.origin}`;
    return `(${alias}._timestamp < ${dialect.time}${isOfOrigin})`;
  };
  const deletable = (table: Table) =>
    [dialect.isGiven("item.id"), isOld("item"), ...needs(table)].join(" and ");
  const isGoing = `${isOld("issue")} and not exists (select 1 from ${incidents.name} as child where child.issue_id = issue.id and ${isOld("child")} is not true)`;
  return {
    isOld,
    deletable: (table) =>
      `select id from ${table.name} as item where ${deletable(table)} order by id`,
    goingIssues: `select id from ${issues.name} as issue where ${dialect.isGiven("issue.id")} and ${isGoing}`,
    deleteRows: (table) =>
      `delete from ${table.name} as item where ${deletable(table)} returning id`,
    relist: listings.map((listing) => relist(listing, dialect)),
    count: count(dialect, isOld, isGoing),
  };
}

// --- internal ---

/** What must hold of others before a row may go. */
function needs(table: Table): string[] {
  if (table === incidents) {
    return [`not exists (select 1 from ${issues.name} as issue where issue.id = item.issue_id)`];
  }
  return childrenOf(table).map(
    ({ table: children, column }) =>
      `not exists (select 1 from ${children.name} as child where child.${column} = item.id)`,
  );
}

/** The row of a listing takes over what the latest checkout of its key says, of those that are left. */
function relist(listing: Table, dialect: PruneDialect): string {
  const { conflict, derived } = listing;
  if (conflict.rule !== "latest" || !derived) throw new Error(`${listing.name} lists nothing`);
  const sourceOf = (column: string) => {
    const source = derived.sources[listing.at(column)];
    if (!source || !("copy" in source)) throw new Error(`${listing.name}.${column} is no copy`);
    return source.copy;
  };
  const same = (a: string, b: string) =>
    conflict.on
      .map((column) => {
        const isNullable = listing.written[listing.at(column)]?.nullable;
        return `${a}.${column} ${isNullable ? "is not distinct from" : "="} ${b}.${column}`;
      })
      .join(" and ");
  const order = conflict.order.map((column) => {
    const value = `checkout.${sourceOf(column)}`;
    const isText = listing.written[listing.at(column)]?.type === "text";
    return `${isText ? dialect.byCodePoints(value) : value} desc nulls last`;
  });
  const taken = [...conflict.order, ...conflict.takes];
  return [
    "with affected as materialized (",
    `  select ${conflict.on.join(", ")} from ${listing.name} where ${dialect.isGiven("checkout_id")}`,
    "), ranked as (",
    `  select ${[...conflict.on, ...new Set(taken.map(sourceOf))].map((column) => `checkout.${column}`).join(", ")},`,
    `    row_number() over (partition by ${conflict.on.map((column) => `checkout.${column}`).join(", ")} order by ${order.join(", ")}) as place`,
    `  from ${checkouts.name} as checkout join affected on ${same("checkout", "affected")}`,
    ...(derived.needs ? [`  where checkout.${derived.needs} is not null`] : []),
    ")",
    `update ${listing.name} as listing set ${taken.map((column) => `${column} = ranked.${sourceOf(column)}`).join(", ")}`,
    `from ranked where ranked.place = 1 and ${same("ranked", "listing")} and ${dialect.isGiven("listing.checkout_id")}`,
  ].join("\n");
}

/** What goes with what: each table's rows after those that must have gone before. */
function count(dialect: PruneDialect, isOld: PruneStatements["isOld"], isGoing: string): string {
  const going = (table: Table) => `going_${table.name}`;
  const stays = (children: Table, column: string, parent: string) =>
    `exists (select 1 from ${children.name} as child where child.${column} = ${parent}.id and ${dialect.isNotIn("child.id", going(children))})`;
  const parts = [
    `${going(issues)} as materialized (select id from ${issues.name} as issue where ${isGoing})`,
    `${going(incidents)} as materialized (select id from ${incidents.name} as item where ${isOld("item")} and (item.issue_id in (select id from ${going(issues)}) or ${needs(incidents).join(" and ")}))`,
    ...[tests, builds, checkouts].map((table) => {
      const conditions = childrenOf(table).map(
        (child) => `not ${stays(child.table, child.column, "item")}`,
      );
      return `${going(table)} as materialized (select id from ${table.name} as item where ${[isOld("item"), ...conditions].join(" and ")})`;
    }),
  ];
  const counts = [issues, ...childrenFirst].map(
    (table) => `(select count(*) from ${going(table)}) as ${table.name}`,
  );
  return `with ${parts.join(",\n")}\nselect ${counts.join(", ")}`;
}
