import { readCheckoutOrigins, readTestOrigins } from "../results/origins.ts";
import { ofCheckouts, platformField, readTests } from "../results/runs.ts";
import { verdictOf, verdictRuns } from "../results/verdict.ts";
import { allOf, ownText, type Statement, sql } from "../store/statement.ts";
import { type ApiEndpoint, ApiRefusal, apiTime, statusOf } from "./answer.ts";
import { numberOf, originOf, readExactTime, requiredParameter, timestampOf } from "./parameters.ts";

const dayMs = 24 * 3_600_000;

/** `origins/`: who has sent checkouts and tests lately. */
export const origins: ApiEndpoint = async ({ db, query, nowMs }) => {
  const days = numberOf(query, "interval_in_days", { byDefault: 30, min: 1 });
  const midnightMs = Math.floor(nowMs / dayMs) * dayMs;
  const from = timestampOf(midnightMs - days * dayMs);
  return {
    checkout_origins: await readCheckoutOrigins(db, from),
    test_origins: await readTestOrigins(db, from),
  };
};

/** `test/status-history`: the last runs of a test, and what they come to. */
export const statusHistory: ApiEndpoint = async (asked) => {
  const { db, query } = asked;
  const size = numberOf(query, "group_size", { byDefault: verdictRuns, min: 1, max: 1_000 });
  const equals = (name: string, value: string): Statement => sql`${ownText(name)} = ${value}`;
  const platform = query.get("platform");
  const where = allOf([
    equals("t.path", requiredParameter(query, "path")),
    ofCheckouts(
      db.dialect,
      "tests",
      allOf([
        equals("c.git_repository_url", requiredParameter(query, "git_repository_url")),
        equals("c.git_repository_branch", requiredParameter(query, "git_repository_branch")),
        equals("c.origin", originOf(asked)),
      ]),
    ),
    equals("b.config_name", requiredParameter(query, "config_name")),
    platform === null
      ? ownText(`${platformField.expression(db.dialect)} is null`)
      : equals(platformField.expression(db.dialect), platform),
    ...upTo("t.start_time", query.get("current_test_start_time")),
    ...upTo("t._timestamp", query.get("field_timestamp")),
  ]);
  const id = ownText(db.dialect.byCodePoints("t.id"));
  const runs = await readTests(
    db,
    sql`${where} order by t.start_time desc nulls last, ${id} limit ${size}`,
  );
  if (runs.length === 0) throw new ApiRefusal("Test status history not found");
  return {
    status_history: runs.map(({ start_time, id: of, status, git_commit_hash }) => ({
      ...{ start_time: apiTime(start_time), id: of, status: statusOf(status), git_commit_hash },
    })),
    regression_type: verdictOf(runs.map(({ status }) => status)),
  };

  function upTo(name: string, text: string | null): Statement[] {
    if (!text) return [];
    const time = readExactTime(text);
    if (time === undefined) throw new ApiRefusal("expected a time as in 2026-07-01T12:00:00Z");
    return [sql`${ownText(name)} <= ${db.dialect.time(time)}`];
  }
};
