import { labFields, platform } from "../rows/main-tables.ts";

/**
 * Views for people who write SQL: the tables joined and named as people think of them. Both kinds of databases
 * have the same, of the same text. What has not arrived is NULL, and so is what nobody told.
 */

/** A view over the tables, for people who ask the database themselves. */
export interface SqlView {
  readonly name: string;
  /** The statement after `create view NAME as`. */
  readonly select: string;
}

const isBoot = "coalesce(t.path = 'boot' or substr(t.path, 1, 5) = 'boot.', false)";
const isRealBuild = "substr(b.id, 1, 14) <> 'maestro:dummy_'";
const ofCheckout = `c.origin as checkout_origin, c.tree_name, c.git_repository_url,
  c.git_repository_branch, c.git_commit_hash, c.git_commit_name, c.git_commit_tags`;
const ofBuild = "b.config_name, b.architecture, b.compiler";
const board = `t.${platform.column} ->> '${platform.field}' as platform`;

/** A test with its build, checkout and hardware in one row. */
const testRuns = `select t.id, t.origin, t.path, ${isBoot} as is_boot, t.status, t.start_time, t.duration,
  ${board}, t.environment_compatible as compatible, t.misc ->> '${labFields.tests}' as lab,
  t.log_url, t.log_excerpt, t.misc ->> 'error_msg' as error_msg, t.number_value, t.number_unit,
  t.build_id, b.status as build_status, ${ofBuild},
  b.checkout_id, ${ofCheckout}, t._timestamp as ingested
from tests t left join builds b on b.id = t.build_id left join checkouts c on c.id = b.checkout_id`;

const failures = `select case when is_boot then 'boot' else 'test' end as kind, id, origin, path, platform, lab,
  config_name, architecture, compiler, start_time, error_msg, log_excerpt, log_url, build_id,
  checkout_origin, tree_name, git_repository_url, git_repository_branch, git_commit_hash, git_commit_name
from test_runs where status = 'FAIL'
union all select 'build', b.id, b.origin, null, null, b.misc ->> '${labFields.builds}',
  ${ofBuild}, b.start_time, b.misc ->> 'error_msg', b.log_excerpt, b.log_url, b.id,
  c.origin, c.tree_name, c.git_repository_url, c.git_repository_branch, c.git_commit_hash, c.git_commit_name
from builds b left join checkouts c on c.id = b.checkout_id where b.status = 'FAIL' and ${isRealBuild}`;

/** How many of something passed, failed, and did neither. */
function counted(name: string, status: string, where = "true"): string {
  const count = (condition: string) => `sum(case when ${where} and ${condition} then 1 else 0 end)`;
  return [
    `${count(`${status} = 'PASS'`)} as ${name}_pass`,
    `${count(`${status} = 'FAIL'`)} as ${name}_fail`,
    `${count(`coalesce(${status}, '') not in ('PASS', 'FAIL')`)} as ${name}_other`,
  ].join(", ");
}

/** The sums of the counts of several checkouts. */
function summed(alias: string, name: string): string {
  return ["pass", "fail", "other"]
    .map((end) => `coalesce(sum(${alias}.${name}_${end}), 0) as ${name}_${end}`)
    .join(", ");
}

const resultsByCommit = `select c.origin, c.tree_name, c.git_repository_url, c.git_repository_branch, c.git_commit_hash,
  max(c.git_commit_name) as git_commit_name, max(c.start_time) as start_time, count(*) as checkouts,
  ${summed("x", "builds")}, ${summed("y", "boots")}, ${summed("y", "tests")}
from checkouts c
left join (select b.checkout_id, ${counted("builds", "b.status")} from builds b where ${isRealBuild}
  group by b.checkout_id) x on x.checkout_id = c.id
left join (select b.checkout_id, ${counted("boots", "t.status", isBoot)}, ${counted("tests", "t.status", `not ${isBoot}`)}
  from builds b join tests t on t.build_id = b.id group by b.checkout_id) y on y.checkout_id = c.id
group by c.origin, c.tree_name, c.git_repository_url, c.git_repository_branch, c.git_commit_hash`;

/** All views, those that others are made of first. */
export const views: readonly SqlView[] = [
  { name: "test_runs", select: testRuns },
  { name: "boots", select: "select * from test_runs where is_boot" },
  { name: "failures", select: failures },
  { name: "results_by_commit", select: resultsByCommit },
];
