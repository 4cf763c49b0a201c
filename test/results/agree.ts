import { expect } from "bun:test";
import { checkoutsOf, resolveCommit } from "../../src/results/checkouts-of.ts";
import { readCountedCommits } from "../../src/results/commits.ts";
import { compareCheckouts } from "../../src/results/compare.ts";
import { readFacets } from "../../src/results/facets.ts";
import { readFailures } from "../../src/results/failures.ts";
import type { Filter, Subject } from "../../src/results/filter.ts";
import { readFirstFailures } from "../../src/results/first-failures.ts";
import { readHardware } from "../../src/results/hardware.ts";
import { readBuildHistories, readTestHistories } from "../../src/results/histories.ts";
import { readIncidents, readIssuesOf } from "../../src/results/issues.ts";
import { listBuilds, listTests, maxRows, type PageOf } from "../../src/results/list-runs.ts";
import { readCheckoutOrigins, readTestOrigins } from "../../src/results/origins.ts";
import { inconclusiveOf, type StatusCount, totalOf } from "../../src/results/tally.ts";
import { countTrees, readTreeHeads } from "../../src/results/trees.ts";
import { comparisonClasses } from "../../src/results/verdict.ts";
import { readWaitingBuilds, readWaitingTests } from "../../src/results/waiting.ts";
import type { Reader } from "../../src/store/reader.ts";
import { ownText } from "../../src/store/statement.ts";
import { type Apart, isBoot, isDummy, joined, quoted, same, told } from "./apart.ts";
import { firstMs } from "./draw-results.ts";

/** Something that is read, held against SQL that was written apart. */
export type Agreement = (db: Reader, apart: Apart, turn: number) => Promise<void>;

/** How many filters are tried on a database: the others on the next ones. */
const filtersAtOnce = 4;

/** All that must agree, by what it is. */
export const agreements: Readonly<Record<string, Agreement>> = {
  "lists of tests, page by page": async (db, apart) => {
    const order = `order by t.start_time desc nulls last, t.id ${apart.byCodePoints}`;
    const all = await apart.list(`select t.id from tests t ${order}`);
    expect(
      await allPages((after) => listTests(db, undefined, { limit: part(all), after })),
    ).toEqual(all);
    const boots = await apart.list(`select t.id from tests t where ${isBoot} ${order}`);
    expect(await allPages((after) => listTests(db, "boot", { limit: part(boots), after }))).toEqual(
      boots,
    );
    const bootIds = new Set(boots);
    const kept = await listTests(db, "test", { limit: maxRows });
    expect(kept.rows.map(({ id }) => id)).toEqual(
      all.filter((id) => !bootIds.has(id)).slice(0, maxRows),
    );
  },

  "lists of builds, page by page": async (db, apart) => {
    const order = `order by b.start_time desc nulls last, b.id ${apart.byCodePoints}`;
    const all = await apart.list(`select b.id from builds b where not ${isDummy} ${order}`);
    expect(await allPages((after) => listBuilds(db, { limit: part(all), after }))).toEqual(all);
  },

  "filters of tests": async (db, apart, turn) => {
    const all = filters(apart);
    for (let at = 0; at < filtersAtOnce; at++) {
      const [filter, where] = all[(turn * filtersAtOnce + at) % all.length] ?? [{}, "1 = 1"];
      const list = `select t.id from ${joined} where ${where} order by t.start_time desc nulls last, t.id ${apart.byCodePoints}`;
      const found = await listTests(db, undefined, { filter, limit: maxRows });
      expect([filter, found.rows.map(({ id }) => id)]).toEqual([
        filter,
        (await apart.list(list)).slice(0, maxRows),
      ]);
    }
  },

  "values that filters offer": async (db, apart) => {
    const expressions = { platform: apart.platform, status: "t.status", tree: "c.tree_name" };
    for (const [name, expression] of Object.entries(expressions)) {
      const facets = await readFacets(db, "tests", name as keyof typeof expressions, {});
      const rows = await apart.rows(`select ${expression}, count(*) from ${joined} group by 1`);
      expect(sorted(facets.map(({ value, n }) => [value, n]))).toEqual(sorted(rows.map(asText)));
    }
  },

  "who has sent something since then": async (db, apart) => {
    for (let hours = 0; hours <= 12; hours++) {
      const from = new Date(firstMs + hours * 3_600_000 + 250).toISOString().replace("Z", "000Z");
      const of = (table: string) =>
        apart.list(
          `select t.origin from ${table} t where t.start_time >= '${from}' group by 1 order by t.origin ${apart.byCodePoints}`,
        );
      expect(await readCheckoutOrigins(db, from)).toEqual(await of("checkouts"));
      expect(await readTestOrigins(db, from)).toEqual(await of("tests"));
    }
  },

  "trees with their newest commits": async (db, apart) => {
    const trees = await countTrees(db, await readTreeHeads(db));
    const heads = await apart.rows("select checkout_id from latest_checkout");
    expect(
      trees
        .filter(({ start_time }) => start_time)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(heads.map(([id]) => String(id)).sort());
    const undated = await apart.list(
      `select count(*) from (select 1 from checkouts c group by origin, tree_name, git_repository_url,
        git_repository_branch having max(start_time) is null) as undated`,
    );
    expect(trees.filter(({ start_time }) => !start_time)).toHaveLength(Number(undated[0]));
    for (const tree of trees) {
      const of = `exists (select 1 from checkouts h where h.id = ${quoted(tree.id)} and
        ${sameTree("h", "c")} and ${same("h.git_commit_hash", "c.git_commit_hash")})`;
      await seeTally(apart, of, tree.tally);
      const [before = null] = await apart.list(
        `select l.git_commit_hash from tree_listing l join checkouts h on h.id = ${quoted(tree.id)} and ${sameTree("h", "l")}
          where l.start_time <= h.start_time and l.git_commit_hash <> coalesce(h.git_commit_hash, '')
          order by l.start_time desc, l.checkout_id ${apart.byCodePoints} desc limit 1`,
      );
      expect(tree.before?.git_commit_hash ?? null).toBe(before);
    }
  },

  "commits with their counts": async (db, apart) => {
    const commits = await readCountedCommits(db, ownText("c.origin = 'maestro'"), 100);
    const rows = await apart.list(
      `select git_commit_hash from checkouts where origin = 'maestro' and start_time is not null
        and git_commit_hash is not null group by 1 order by max(start_time) desc`,
    );
    expect(commits.map(({ git_commit_hash }) => git_commit_hash).sort()).toEqual(
      rows.map(String).sort(),
    );
    for (const { git_commit_hash, tally } of commits) {
      const of = `c.origin = 'maestro' and c.git_commit_hash = ${quoted(git_commit_hash)} and c.start_time is not null`;
      await seeTally(apart, of, tally);
    }
  },

  "commits by a tag and by the begin of a hash": async (db, apart) => {
    const [[newest, hash] = []] = await apart.rows(
      "select id, git_commit_hash from checkouts where git_commit_hash is not null order by id limit 1",
    );
    if (newest === undefined) return;
    expect(await resolveCommit(db, String(hash))).toEqual({ hash: String(hash) });
    const alike = await apart.list(
      `select distinct git_commit_hash from checkouts where substr(git_commit_hash, 1, 8) = ${quoted(String(hash).slice(0, 8))}`,
    );
    const found = await resolveCommit(db, String(hash).slice(0, 8));
    expect("hash" in found ? [found.hash] : found.candidates).toEqual(alike.map(String));
    expect(await resolveCommit(db, "v0.0")).toEqual({ candidates: [] });
  },

  "failures of newest commits, and of what waits": async (db, apart) => {
    const heads = (await readTreeHeads(db)).flatMap(({ checkout_ids }) => checkout_ids);
    const newest = `(c.id is null${heads.length > 0 ? ` or c.id in (${heads.map(quoted).join(", ")})` : ""})`;
    const failures = await readFailures(db, {}, { withWaiting: true });
    for (const limit of [1, 4, 15]) {
      const options = { limit, withWaiting: true };
      const { builds, boots, tests, isCut } = await readFailures(db, {}, options);
      const all = [...builds, ...boots, ...tests];
      const first = await readFirstFailures(db, {}, options);
      expect(first.rows).toEqual(all.slice(0, limit));
      expect(first.isCut).toBe(isCut || all.length > limit);
    }
    const failed = await apart.rows(
      `select t.id, case when ${isBoot} then 'boots' else 'tests' end from ${joined} where t.status = 'FAIL' and ${newest}`,
    );
    const built = await apart.list(
      `select b.id from builds b left join checkouts c on c.id = b.checkout_id where b.status = 'FAIL' and not ${isDummy} and ${newest}`,
    );
    for (const kind of ["boots", "tests"] as const) {
      const ids = failed.filter(([, of]) => of === kind).map(([id]) => id);
      expect(failures[kind].map(({ run }) => run.id).sort()).toEqual(ids.map(String).sort());
    }
    expect(failures.builds.map(({ run }) => run.id).sort()).toEqual(built.map(String).sort());
    for (const { run, since } of [...failures.boots, ...failures.tests]) {
      if (run.checkout_origin === null) continue;
      const before = `from ${joined} join tests f on f.id = ${quoted(run.id)} join builds fb on fb.id = f.build_id
        join checkouts fc on fc.id = fb.checkout_id where ${sameTest(apart)} and ${notLater(apart)}`;
      const order = `order by t.start_time desc nulls last, t._timestamp desc, t.id ${apart.byCodePoints} desc`;
      const [passed = null] = await apart.list(
        `select t.id ${before} and t.status = 'PASS' ${order} limit 1`,
      );
      expect(since?.lastPassed?.id ?? null).toBe(passed);
    }
  },

  "histories of tests and builds": async (db, apart) => {
    const { rows } = await listTests(db, undefined, {
      limit: 4,
      where: ownText("c.id is not null"),
    });
    const histories = await readTestHistories(db, rows, { limit: 1000 });
    for (const run of rows) {
      const ids = await apart.list(
        `select t.id from ${joined} join tests f on f.id = ${quoted(run.id)} join builds fb on fb.id = f.build_id
          join checkouts fc on fc.id = fb.checkout_id where ${sameTest(apart)}
          order by t.start_time desc nulls last, t._timestamp desc, t.id ${apart.byCodePoints} desc`,
      );
      expect(histories.get(run.id)?.runs.map(({ id }) => id)).toEqual(ids);
    }
    const built = await listBuilds(db, { limit: 3, where: ownText("c.id is not null") });
    const ofBuilds = await readBuildHistories(db, built.rows, { limit: 1000 });
    for (const run of built.rows) {
      const ids = await apart.list(
        `select b.id from builds b join checkouts c on c.id = b.checkout_id join builds fb on fb.id = ${quoted(run.id)}
          join checkouts fc on fc.id = fb.checkout_id where not ${isDummy} and ${sameBuild} and ${sameLine}
          order by b.start_time desc nulls last, b._timestamp desc, b.id ${apart.byCodePoints} desc`,
      );
      expect(ofBuilds.get(run.id)?.runs.map(({ id }) => id)).toEqual(ids);
    }
  },

  "comparisons of two commits": async (db, apart) => {
    const hashes = await apart.list(
      "select distinct git_commit_hash from checkouts where git_commit_hash is not null order by 1 limit 2",
    );
    if (hashes.length < 2) return;
    const [older = "", newer = ""] = hashes.map(String);
    const [before, after] = [await checkoutsOf(db, older), await checkoutsOf(db, newer)];
    const idsOf = (list: readonly { id: string }[]) => list.map(({ id }) => id);
    const compared = await compareCheckouts(db, idsOf(before), idsOf(after));
    for (const kind of ["builds", "boots", "tests"] as const) {
      const pairs = compared[kind].map((pair) => [
        pair.class,
        pair.older?.id ?? null,
        pair.newer?.id ?? null,
      ]);
      const rows = await apart.rows(comparison(apart, kind, older, newer));
      expect(sorted(pairs)).toEqual(sorted(rows.filter(([found]) => found !== null)));
      expect(comparisonClasses).toEqual(expect.arrayContaining(pairs.map(([found]) => found)));
    }
  },

  "platforms with what ran on them": async (db, apart) => {
    const hardware = await readHardware(db, { origin: ["maestro"] });
    const rows = await apart.rows(
      `select ${apart.platform}, sum(case when ${isBoot} then 1 else 0 end) as booted,
        sum(case when t.status = 'PASS' then 1 else 0 end) as passed, sum(case when t.status = 'FAIL' then 1 else 0 end) as failed,
        count(distinct b.id) as builds, count(*) as n from ${joined} where t.origin = 'maestro' group by 1`,
    );
    const ours = hardware.map(({ platform, boots, tests, builds }) => [
      platform,
      totalOf(boots),
      boots.PASS + tests.PASS,
      boots.FAIL + tests.FAIL,
      builds,
      totalOf(boots) + totalOf(tests),
    ]);
    expect(sorted(ours)).toEqual(sorted(rows.map(asText)));
    for (const { boots } of hardware) expect(inconclusiveOf(boots)).toBeGreaterThanOrEqual(0);
  },

  "what waits for a parent": async (db, apart) => {
    const waiting = {
      t: await readWaitingTests(db, maxRows),
      b: await readWaitingBuilds(db, maxRows),
    };
    const missing = {
      t: "select t.build_id, count(*) from tests t left join builds b on b.id = t.build_id where b.id is null group by t.origin, 1",
      b: "select b.checkout_id, count(*) from builds b left join checkouts c on c.id = b.checkout_id where c.id is null group by b.origin, 1",
    };
    for (const key of ["t", "b"] as const) {
      const rows = await apart.rows(missing[key]);
      expect(sorted(waiting[key].rows.map(({ waits_for, n }) => [waits_for, n]))).toEqual(
        sorted(rows),
      );
      expect(waiting[key].total).toBe(rows.reduce((sum, [, n]) => sum + Number(n), 0));
    }
  },

  "issues of tests, and incidents": async (db, apart) => {
    const rows = await apart.rows(
      `select distinct n.test_id, i.id from incidents n join issues i on i.id = n.issue_id and i.version = n.issue_version
        join tests t on t.id = n.test_id`,
    );
    const ids = await apart.list("select id from tests");
    const found = await readIssuesOf(db, "tests", ids);
    const ours = [...found].flatMap(([id, issues]) => issues.map((issue) => [id, issue.id]));
    expect(sorted(ours)).toEqual(sorted(rows));
    const all = await readIncidents(db, ownText("1 = 1"));
    expect(all.map(({ id }) => id).sort()).toEqual(
      (await apart.list("select id from incidents")).map(String).sort(),
    );
  },
};

// --- internal ---

/** The rows of a page, so that a list has about five. */
function part(all: readonly unknown[]): number {
  return Math.max(2, Math.ceil(all.length / 5));
}

/** Filters of tests and what they mean. */
function filters(apart: Apart): [Filter, string][] {
  const untold = (expression: string) => `${told(expression)} = 'Unknown'`;
  return [
    [{ status: ["FAIL", "NULL"] }, "(t.status = 'FAIL' or t.status is null)"],
    [{ platform: ["rk*", "qemu"] }, `(${apart.platform} like 'rk%' or ${apart.platform} = 'qemu')`],
    [{ platform: ["Unknown"] }, untold(apart.platform)],
    [{ platform: ["7", "true"] }, `${apart.platform} in ('7', 'true')`],
    [{ path: ["ltp.b_*", "boot"] }, "(t.path like 'ltp.b^_%' escape '^' or t.path = 'boot')"],
    [{ path: ["LTP*"] }, "1 = 0"],
    [
      { tree: ["mainline", "Unknown"], origin: ["lab-a"] },
      `t.origin = 'lab-a' and ${told("c.tree_name")} in ('mainline', 'Unknown')`,
    ],
    [{ branch: ["for/6.18"] }, "c.git_repository_branch = 'for/6.18'"],
    [
      { config: ["tiny*config"], architecture: ["Unknown", "arm64"] },
      `b.config_name = 'tiny*config' and ${told("b.architecture")} in ('Unknown', 'arm64')`,
    ],
    [
      { compiler: ["gcc-14"], url: ["javascript:1"] },
      "b.compiler = 'gcc-14' and c.git_repository_url = 'javascript:1'",
    ],
    [{ lab: ["lab-one"] }, `${apart.lab} = 'lab-one'`],
    [{ text: "b_c" }, "t.path = 'ltp.b_c'"],
    [{ text: "' or 1=1 --" }, "1 = 0"],
    [
      { from: "2026-07-01T03:00:00.000000Z", to: "2026-07-01T05:00:00.250000Z" },
      "t.start_time >= '2026-07-01T03:00:00.000000Z' and t.start_time < '2026-07-01T05:00:00.250000Z'",
    ],
  ];
}

async function allPages<R extends { id: string }>(
  read: (after: string | undefined) => Promise<PageOf<R>>,
): Promise<string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await read(after);
    ids.push(...page.rows.map(({ id }) => id));
    after = page.next;
  } while (after !== undefined);
  return ids;
}

async function seeTally(
  apart: Apart,
  ofCheckout: string,
  tally: Record<"builds" | "boots" | "tests", StatusCount>,
): Promise<void> {
  const built = await apart.rows(
    `select b.status, count(*) from builds b join checkouts c on c.id = b.checkout_id where not ${isDummy} and ${ofCheckout} group by 1`,
  );
  expect(nonZero(tally.builds)).toEqual(byStatus(built));
  for (const [kind, which] of [
    ["boots", isBoot],
    ["tests", `coalesce(not ${isBoot}, true)`],
  ] as const) {
    const rows = await apart.rows(
      `select t.status, count(*) from ${joined} where ${which} and ${ofCheckout} group by 1`,
    );
    expect(nonZero(tally[kind])).toEqual(byStatus(rows));
  }
}

function nonZero(count: StatusCount): Record<string, number> {
  return Object.fromEntries(Object.entries(count).filter(([, n]) => n > 0));
}

function byStatus(rows: readonly (string | number | null)[][]): Record<string, number> {
  return Object.fromEntries(rows.map(([status = null, n]) => [status ?? "NULL", Number(n)]));
}

function sameTree(a: string, b: string): string {
  const rest = ["tree_name", "git_repository_url", "git_repository_branch"];
  return [
    `${a}.origin = ${b}.origin`,
    ...rest.map((name) => same(`${a}.${name}`, `${b}.${name}`)),
  ].join(" and ");
}

const sameBuild = ["config_name", "architecture", "compiler"]
  .map((name) => `${told(`b.${name}`)} = ${told(`fb.${name}`)}`)
  .join(" and ");
const sameLine = ["origin", "git_repository_url", "git_repository_branch"]
  .map((name) => same(`c.${name}`, `fc.${name}`))
  .join(" and ");

/** Whether `t` is a run of the same as `f`. */
function sameTest({ platform }: Apart): string {
  const ofF = platform.replaceAll("t.", "f.");
  return `${told("t.path")} = ${told("f.path")} and ${told(platform)} = ${told(ofF)} and ${sameBuild} and ${sameLine}`;
}

/** Whether `t` ran before `f`, or is it. */
function notLater({ byCodePoints }: Apart): string {
  return `(coalesce(t.start_time, '0001-01-01T00:00:00.000000Z') < coalesce(f.start_time, '0001-01-01T00:00:00.000000Z')
    or (${same("t.start_time", "f.start_time")} and (t._timestamp < f._timestamp
      or (t._timestamp = f._timestamp and t.id ${byCodePoints} <= f.id))))`;
}

/** The pairs of two commits with their classes, those without one too. */
function comparison(
  apart: Apart,
  kind: "builds" | "boots" | "tests",
  older: string,
  newer: string,
): string {
  const run = kind === "builds" ? "b" : "t";
  const build = ["b.config_name", "b.architecture"];
  const parts = kind === "builds" ? [...build, "b.compiler"] : ["t.path", apart.platform, ...build];
  const which = { builds: "1 = 1", boots: isBoot, tests: `coalesce(not ${isBoot}, true)` }[kind];
  const from =
    kind === "builds"
      ? "builds b join checkouts c on c.id = b.checkout_id"
      : "tests t join builds b on b.id = t.build_id join checkouts c on c.id = b.checkout_id";
  const side = (hash: string) => `select * from (
    select ${run}.id as id, ${parts.map((part, at) => `${told(part)} as k${at}`).join(", ")},
      case ${run}.status when 'PASS' then 'P' when 'FAIL' then 'F' else 'I' end as o,
      row_number() over (partition by ${parts.map(told).join(", ")}
        order by ${run}.start_time desc nulls last, ${run}._timestamp desc, ${run}.id ${apart.byCodePoints} desc) as place
    from ${from} where c.git_commit_hash = ${quoted(hash)} and not ${isDummy} and ${which}) as ranked where place = 1`;
  const keys = parts.map((_, at) => `x.k${at} = y.k${at}`).join(" and ");
  return `select case coalesce(x.o, '-') || coalesce(y.o, '-')
      when 'PF' then 'regression' when 'PI' then 'regression' when 'P-' then 'disappeared'
      when 'FP' then 'fixed' when 'FF' then 'stillFailing' when 'FI' then 'fixed' when 'F-' then 'disappeared'
      when 'IP' then 'newPass' when 'IF' then 'newFailure' when 'I-' then 'disappeared'
      when '-P' then 'newPass' when '-F' then 'newFailure' when '-I' then 'appeared' end as class, x.id as a, y.id as b
    from (${side(older)}) x full join (${side(newer)}) y on ${keys}`;
}

/** A number that stands for a text of digits is the text again. */
function asText([first = null, ...rest]: readonly (string | number | null)[]) {
  return [typeof first === "number" ? String(first) : first, ...rest];
}

function sorted(rows: readonly unknown[]): unknown[] {
  return rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** Named so that a subject without a filter is seen by the type check. */
export const subjects: readonly Subject[] = ["builds", "tests"];
