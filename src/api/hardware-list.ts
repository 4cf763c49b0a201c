import { isTagged } from "../results/checkouts-of.ts";
import { column, type FieldsOf, type ReadField, select } from "../results/field.ts";
import { ofCheckouts, platformField } from "../results/runs.ts";
import { addStatus, emptyTally, type RunTally } from "../results/tally.ts";
import { isOfKind, isRealBuild } from "../results/words.ts";
import { builds, tests } from "../rows/tables.ts";
import { allOf, anyOf, ownText, sql } from "../store/statement.ts";
import { type ApiEndpoint, ApiRefusal, type ApiRequest, nothing } from "./answer.ts";
import { originOf, readTime, timestampOf } from "./parameters.ts";
import { toListingCount } from "./trees.ts";

interface TestGroup {
  platform: string;
  compatible: readonly string[] | null;
  is_boot: boolean;
  status: string | null;
  n: number;
}

interface BuildGroup {
  platform: string;
  compatible: readonly string[] | null;
  checkout_id: string;
  id: string;
  status: string | null;
}

/** `hardware/`: the platforms that tests of an origin ran on, over the newest checkouts of a time. */
export const hardwareList: ApiEndpoint = async (asked) => {
  const { db, query } = asked;
  const { from, to } = windowOf(asked);
  const commits = (query.get("commitsList") ?? "").split(",").filter(Boolean);
  const latest = sql`exists (select 1 from latest_checkout l where l.checkout_id = c.id)`;
  const ofCommits = anyOf(
    commits.flatMap((text) => [sql`c.git_commit_hash = ${text}`, isTagged(db.dialect, text)]),
  );
  const where = allOf([
    ofCheckouts(
      "tests",
      allOf([
        commits.length > 0 ? ofCommits : latest,
        sql`c.start_time >= ${db.dialect.time(from)}`,
        sql`c.start_time <= ${db.dialect.time(to)}`,
      ]),
    ),
    sql`t.origin = ${originOf(asked)}`,
    ownText(`${platformField.expression(db.dialect)} is not null`),
  ]);
  const source = sql`from builds b join tests t on t.build_id = b.id`;
  const tested = await select<TestGroup>(
    db,
    testGroup,
    sql`${source} where ${where} group by 1, 2, 3, 4`,
  );
  if (tested.length === 0) return nothing("No hardware found");
  const built = await select<BuildGroup>(
    db,
    buildGroup,
    sql`${source} where ${allOf([where, isRealBuild])} group by 1, 2, 3, 4, 5`,
  );
  return { hardware: sumUp(tested, built) };
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

const compatibleField: ReadField = column("t", tests, "environment_compatible");
const testGroup: FieldsOf<TestGroup> = {
  platform: platformField,
  compatible: compatibleField,
  is_boot: { type: "boolean", expression: () => isOfKind("boot").pieces.join("") },
  status: column("t", tests, "status"),
  n: { type: "bigint", expression: () => "count(*)" },
};
const buildGroup: FieldsOf<BuildGroup> = {
  platform: platformField,
  compatible: compatibleField,
  checkout_id: column("b", builds, "checkout_id"),
  id: column("b", builds, "id"),
  status: column("b", builds, "status"),
};

function sumUp(tested: readonly TestGroup[], built: readonly BuildGroup[]) {
  const found = new Map<string, { key: [string, readonly string[] | null]; tally: RunTally }>();
  const tallyOf = (platform: string, compatible: readonly string[] | null) => {
    const key: [string, readonly string[] | null] = [
      platform,
      compatible?.length ? compatible : null,
    ];
    const text = JSON.stringify(key);
    const one = found.get(text) ?? { key, tally: emptyTally() };
    found.set(text, one);
    return one.tally;
  };
  for (const { platform, compatible, is_boot, status, n } of tested) {
    addStatus(tallyOf(platform, compatible)[is_boot ? "boots" : "tests"], status, n);
  }
  for (const { platform, compatible, status } of built) {
    addStatus(tallyOf(platform, compatible).builds, status);
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
