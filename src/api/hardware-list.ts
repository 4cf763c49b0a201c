import { isTagged } from "../results/checkouts-of.ts";
import { codeOfStatus, codeOfTest, countsOfCodes, testCodes } from "../results/count-statuses.ts";
import { ofCheckouts } from "../results/runs.ts";
import { emptyCount, type StatusCount } from "../results/tally.ts";
import { isRealBuild, statuses } from "../results/words.ts";
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
  const { dialect } = db;
  const ofThese = ofCheckouts(dialect, "builds", checkouts);
  const key = dialect.rowKey("b");
  const built = await db.query(
    sql`select ${ownText(`${key} as build, ${codeOfStatus("b.status")} as code`)} from builds b where ${allOf([ofThese, isRealBuild])}`,
  );
  const codes = new Map(built.map(({ build, code }) => [build, Number(code)]));
  const place = dialect.fieldOfMany(`t.${platform.column}`, platform.field);
  const isOfOrigin = sql`${ownText(dialect.unindexed("t.origin"))} = ${originOf(asked)}`;
  // One by one, as they come: to group them would take a database longer.
  const tested = await db.query(
    sql`select ${ownText(ranTest(dialect, place))} from builds b ${dialect.testsOf(sql`t.build_id = b.id`)}
      where ${allOf([ofThese, isOfOrigin])}`,
  );
  const hardware = sumUp(tested, place, codes);
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
    `${codeOfTest(dialect)} as code`,
    `${dialect.rowKey("b")} as build`,
  ].join(", ");
}

interface Found {
  readonly key: readonly [platform: string, compatible: readonly string[] | null];
  /** How many tests there are of each code. */
  readonly codes: number[];
  readonly builds: Set<unknown>;
}

/** `built` has the codes of the builds that count. */
function sumUp(
  tested: readonly ReadRow[],
  { read }: FieldOfMany,
  built: ReadonlyMap<unknown, number>,
) {
  const found = new Map<string, Found>();
  const byTexts = new Map<unknown, Map<unknown, Found>>();
  for (const { place, compatible, code, build } of tested) {
    const platform = read(place);
    if (platform === null) continue;
    const one =
      byTexts.get(platform)?.get(compatible) ?? remember(found, byTexts, platform, compatible);
    one.codes[code as number] = (one.codes[code as number] ?? 0) + 1;
    one.builds.add(build);
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { key, codes, builds }]) => {
      const [platform, hardware] = key;
      const counts = countsOfCodes((code) => codes[code] ?? 0);
      return {
        hardware,
        platform,
        test_status_summary: toListingCount(counts.others),
        boot_status_summary: toListingCount(counts.boots),
        build_status_summary: toListingCount(countBuilds(builds, built)),
      };
    });
}

function countBuilds(ran: ReadonlySet<unknown>, built: ReadonlyMap<unknown, number>): StatusCount {
  const count = emptyCount();
  for (const build of ran) {
    const status = statuses[built.get(build) ?? -1];
    if (status) count[status] += 1;
  }
  return count;
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
  const none = Array.from({ length: testCodes }, () => 0);
  const one = found.get(text) ?? { key, codes: none, builds: new Set<unknown>() };
  found.set(text, one);
  return one;
}
