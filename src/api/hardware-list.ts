import { isTagged } from "../results/checkouts-of.ts";
import { ofCheckouts } from "../results/runs.ts";
import { addStatus, emptyTally, type RunTally } from "../results/tally.ts";
import { dummyPrefix, isBootOfMany } from "../results/words.ts";
import { platform } from "../rows/main-tables.ts";
import type { FieldOfMany, ReadDialect, ReadRow } from "../store/reader.ts";
import { allOf, anyOf, ownText, sql } from "../store/statement.ts";
import { type ApiEndpoint, ApiRefusal, type ApiRequest, nothing } from "./answer.ts";
import { originOf, readTime, timestampOf } from "./parameters.ts";
import { toListingCount } from "./trees.ts";

/** `hardware/`: the platforms that tests of an origin ran on, over the newest checkouts of a time. */
export const hardwareList: ApiEndpoint = async (asked) => {
  const { db, query } = asked;
  const { from, to } = windowOf(asked);
  const commits = (query.get("commitsList") ?? "").split(",").filter(Boolean);
  const latest = sql`exists (select 1 from latest_checkout l where l.checkout_id = c.id)`;
  const ofCommits = anyOf(
    commits.flatMap((text) => [sql`c.git_commit_hash = ${text}`, isTagged(db.dialect, text)]),
  );
  const checkouts = allOf([
    commits.length > 0 ? ofCommits : latest,
    sql`c.start_time >= ${db.dialect.time(from)}`,
    sql`c.start_time <= ${db.dialect.time(to)}`,
  ]);
  const where = allOf([
    ofCheckouts(db.dialect, "tests", checkouts),
    sql`${ownText(db.dialect.unindexed("t.origin"))} = ${originOf(asked)}`,
  ]);
  const place = db.dialect.fieldOfMany(`t.${platform.column}`, platform.field);
  // One by one, as they come: to group them, or to join their builds, would take a database longer.
  const tested = await db.query(
    sql`select ${ownText(ranTest(db.dialect, place))} from tests t where ${where}`,
  );
  const built = await db.query(
    sql`select b.id as id, b.status as status from builds b where ${ofCheckouts(db.dialect, "builds", checkouts)}`,
  );
  const statusOfBuild = new Map(built.map(({ id, status }) => [id, status]));
  const hardware = sumUp(tested, place, statusOfBuild);
  return hardware.length === 0 ? nothing("No hardware found") : { hardware };
};

// --- internal ---

/** The start and end that are asked for, as databases have them. Throws `ApiRefusal`. */
function windowOf({ query }: ApiRequest): { from: string; to: string } {
  const from = readTime(query.get("startTimestampInSeconds"));
  const to = readTime(query.get("endTimestampInSeconds"));
  if (from === undefined || to === undefined) {
    throw new ApiRefusal(
      "startTimestampInSeconds and endTimestampInSeconds must be a Unix Timestamp",
    );
  }
  return { from: timestampOf(from), to: timestampOf(to) };
}

/** What is read of a test; compatibles as their JSON, which is parsed once a platform. */
function ranTest(dialect: ReadDialect, place: FieldOfMany): string {
  return [
    `${place.expression} as place`,
    `${dialect.selected("t.environment_compatible", "text[]")} as compatible`,
    `case when ${isBootOfMany(dialect)} then 1 else 0 end as is_boot`,
    "t.status as status, t.build_id as build_id",
  ].join(", ");
}

interface Found {
  readonly key: readonly [platform: string, compatible: readonly string[] | null];
  readonly tally: RunTally;
  /** The builds that were counted. */
  readonly builds: Set<unknown>;
}

function sumUp(
  tested: readonly ReadRow[],
  { read }: FieldOfMany,
  statusOfBuild: ReadonlyMap<unknown, unknown>,
) {
  const found = new Map<string, Found>();
  const byTexts = new Map<unknown, Map<unknown, Found>>();
  for (const { place, compatible, is_boot, status, build_id } of tested) {
    const platform = read(place);
    if (platform === null) continue;
    const one =
      byTexts.get(platform)?.get(compatible) ?? remember(found, byTexts, platform, compatible);
    addStatus(is_boot === 1 ? one.tally.boots : one.tally.tests, status as string | null);
    const before = one.builds.size;
    if (one.builds.add(build_id).size === before) continue;
    if (String(build_id).startsWith(dummyPrefix)) continue;
    addStatus(one.tally.builds, (statusOfBuild.get(build_id) ?? null) as string | null);
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([
        ,
        {
          key: [platform, hardware],
          tally,
        },
      ]) => ({
        hardware,
        platform,
        test_status_summary: toListingCount(tally.tests),
        boot_status_summary: toListingCount(tally.boots),
        build_status_summary: toListingCount(tally.builds),
      }),
    );
}

function remember(
  found: Map<string, Found>,
  byTexts: Map<unknown, Map<unknown, Found>>,
  platform: unknown,
  compatible: unknown,
): Found {
  const one = foundOf(found, String(platform), compatible);
  const ofPlatform = byTexts.get(platform) ?? new Map<unknown, Found>();
  byTexts.set(platform, ofPlatform.set(compatible, one));
  return one;
}

/** No compatible at all is as good as none told. */
function foundOf(found: Map<string, Found>, platform: string, compatible: unknown): Found {
  const list: readonly string[] = compatible === null ? [] : JSON.parse(String(compatible));
  const key = [platform, list.length > 0 ? list : null] as const;
  const text = JSON.stringify(key);
  const one = found.get(text) ?? { key, tally: emptyTally(), builds: new Set<unknown>() };
  found.set(text, one);
  return one;
}
