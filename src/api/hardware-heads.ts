import { isObject } from "../base/is-object.ts";
import { newestFirst } from "../results/identity.ts";
import { type Checkout, platformField, readCheckouts } from "../results/runs.ts";
import { treeKey } from "../results/trees.ts";
import type { ReadDialect, Reader } from "../store/reader.ts";
import { allOf, anyOf, isOneOf, ownText, type Statement, sql } from "../store/statement.ts";
import { ApiRefusal, type ApiRequest } from "./answer.ts";
import { type ApiFilters, filtersOfBody, readTime, timestampOf } from "./parameters.ts";

/** What the body of a question about a platform says. */
export interface AskedHardware {
  readonly hardware: string;
  readonly origin: string;
  readonly from: string;
  readonly to: string;
  /** By the place of a head: the hash to look at instead, or `head`. */
  readonly selected: Readonly<Record<string, unknown>>;
  readonly filters: ApiFilters;
}

/** The newest commit of a tree, or the one that was selected instead. */
export interface Head extends Checkout {
  /** The tree, as one text. */
  readonly key: string;
  /** Its place among the heads. */
  readonly index: string;
}

/** Reads the name and the body of a question. Throws `ApiRefusal`. */
export function readAskedHardware({ names, body }: ApiRequest): AskedHardware {
  if (!isObject(body)) {
    throw new ApiRefusal("Invalid body, request body must be a valid json string");
  }
  const from = readTime(body.startTimestampInSeconds);
  const to = readTime(body.endTimestampInSeconds);
  if (from === undefined || to === undefined) {
    throw new ApiRefusal(
      "startTimestampInSeconds and endTimestampInSeconds must be a Unix Timestamp",
    );
  }
  return {
    hardware: names[0] ?? "",
    origin: typeof body.origin === "string" && body.origin ? body.origin : "maestro",
    from: timestampOf(from),
    to: timestampOf(to),
    selected: isObject(body.selectedCommits) ? body.selectedCommits : {},
    filters: filtersOfBody(body.filter),
  };
}

/** Whether a test `t` ran on hardware: a platform of this name, or one that is compatible with it. */
export function ofHardware(dialect: ReadDialect, name: string): Statement {
  return anyOf(
    // A client's blank comes as a plus.
    [...new Set([name, name.replaceAll("+", " ")])].flatMap((one) => [
      sql`${ownText(platformField.expression(dialect))} = ${one}`,
      dialect.listHas("t.environment_compatible", one),
    ]),
  );
}

/**
 * The newest checkouts of all trees within the time, those of which the asked origin has a test on the
 * hardware; in order of tree, branch, URL and hash.
 */
export async function headsOf(db: Reader, asked: AskedHardware): Promise<Head[]> {
  const within = allOf([
    sql`c.start_time >= ${db.dialect.time(asked.from)}`,
    sql`c.start_time <= ${db.dialect.time(asked.to)}`,
  ]);
  const checkouts = (await readCheckouts(db, within)).sort(newestFirst);
  const heads = [...Map.groupBy(checkouts, treeKey)].flatMap(([key, [head]]) =>
    head ? [{ ...head, key }] : [],
  );
  const ids = heads.map(({ id }) => id);
  const tested = await db.query(
    sql`select distinct b.checkout_id as id from builds b join tests t on t.build_id = b.id where ${allOf(
      [
        isOneOf(ownText("b.checkout_id"), ids),
        sql`t.origin = ${asked.origin}`,
        ofHardware(db.dialect, asked.hardware),
      ],
    )}`,
  );
  const known = new Set(tested.map(({ id }) => String(id)));
  const sorted = heads
    .filter(({ id }) => known.has(id))
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
    .map((head, at) => ({ ...head, index: String(at) }));
  return Promise.all(sorted.map((head) => withSelected(db, head, asked.selected[head.index])));
}

// --- internal ---

function sortKey(head: Checkout): string {
  const { tree_name, git_repository_branch, git_repository_url, git_commit_hash, id } = head;
  return JSON.stringify([
    tree_name,
    git_repository_branch,
    git_repository_url,
    git_commit_hash,
    id,
  ]);
}

async function withSelected(db: Reader, head: Head, selected: unknown): Promise<Head> {
  if (typeof selected !== "string" || selected === "head" || selected === "") return head;
  const found = await readCheckouts(db, sql`c.git_commit_hash = ${selected}`);
  const same = found.sort(newestFirst).find((checkout) => treeKey(checkout) === head.key);
  return { ...head, ...same, git_commit_hash: selected };
}
