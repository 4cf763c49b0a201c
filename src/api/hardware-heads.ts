import { isObject } from "../base/is-object.ts";
import { isOneOfTexts } from "../results/field.ts";
import { newestFirst } from "../results/identity.ts";
import { type Checkout, ofCheckouts, platformField, readCheckouts } from "../results/runs.ts";
import { treeKey } from "../results/trees.ts";
import type { ReadDialect, Reader } from "../store/reader.ts";
import { allOf, anyOf, isOneOf, ownText, type Statement, sql } from "../store/statement.ts";
import { ApiRefusal, type ApiRequest } from "./answer.ts";
import { type ApiTest, readApiTests } from "./items.ts";
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
      isOneOfTexts(platformField, [one], dialect),
      dialect.listHas("t.environment_compatible", one),
    ]),
  );
}

/** What ran on the hardware that is asked for. */
export interface HardwareRuns {
  /**
   * The newest checkouts of all trees within the time, those of which the asked origin has a test on the hardware;
   * in order of tree, branch, URL and hash.
   */
  readonly heads: readonly Head[];
  /** The tests on it within the time, by any origin, on the commits of these heads in any tree. */
  readonly tests: readonly ApiTest[];
}

/** Reads both at once: to find the hardware's tests is what takes time. */
export async function readHardwareRuns(db: Reader, asked: AskedHardware): Promise<HardwareRuns> {
  const within = allOf([
    sql`c.start_time >= ${db.dialect.time(asked.from)}`,
    sql`c.start_time <= ${db.dialect.time(asked.to)}`,
  ]);
  const checkouts = (await readCheckouts(db, within)).sort(newestFirst);
  const newest = [...Map.groupBy(checkouts, treeKey)].flatMap(([key, [head]]) =>
    head ? [{ ...head, key }] : [],
  );
  const selected = Object.values(asked.selected).filter((one) => typeof one === "string");
  const hashes = [...newest.flatMap(({ git_commit_hash: hash }) => hash ?? []), ...selected];
  const unnamed = newest.filter(({ git_commit_hash: hash }) => hash === null).map(({ id }) => id);
  const isOfThese = anyOf([
    isOneOf(ownText("c.git_commit_hash"), [...new Set(hashes)]),
    isOneOf(ownText("c.id"), unnamed),
  ]);
  const all = await readApiTests(
    db,
    allOf([ofCheckouts(db.dialect, "tests", isOfThese), ofHardware(db.dialect, asked.hardware)]),
  );
  const ofOrigin = all.filter(({ origin }) => origin === asked.origin);
  const known = new Set(ofOrigin.map(({ checkout_id: id }) => id));
  const sorted = newest
    .filter(({ id }) => known.has(id))
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
    .map((head, at) => ({ ...head, index: String(at) }));
  const heads = await Promise.all(
    sorted.map((head) => withSelected(db, head, asked.selected[head.index])),
  );
  const ofHeads = new Set(heads.flatMap(({ git_commit_hash: hash }) => hash ?? []));
  const tests = all.filter(
    ({ git_commit_hash: hash, start_time: start }) =>
      hash !== null &&
      ofHeads.has(hash) &&
      start !== null &&
      start >= asked.from &&
      start <= asked.to,
  );
  return { heads, tests };
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
