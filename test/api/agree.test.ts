import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { kinds } from "../databases.ts";
import { type Apart, apartOn, isBoot, isDummy, joined, quoted, same } from "../results/apart.ts";
import { drawResults } from "../results/draw-results.ts";
import { halves, type ReadableDatabase, readableDatabase } from "../results/read-on.ts";
import { ask, parameters } from "./ask.ts";

const seed = Number(process.env.RESULTS_SEED ?? 20260901);
const isFull = process.env.RESULTS === "full";
/** How many databases are drawn: 200 of SQLite, with RESULTS=full of Postgres, too. */
const counts = { SQLite: 200, Postgres: isFull ? 200 : 40 };
/** Each database is asked for a part, the next one for another; with RESULTS=full for all. */
const parts = { SQLite: 2, Postgres: 5 };

type Agreement = (on: ReadableDatabase, apart: Apart) => Promise<void>;

const agreements: Readonly<Record<string, Agreement>> = {
  "the trees of an origin": async ({ reader }, apart) => {
    const { body } = await ask(reader, "tree?origin=maestro&interval_in_days=7");
    const ids = await apart.list(
      "select checkout_id from latest_checkout where origin = 'maestro' order by 1",
    );
    if (ids.length === 0) return expect(body).toEqual({ error: "No trees were found" });
    expect(body.map((tree: { id: string }) => tree.id).sort()).toEqual(ids.sort());
    for (const tree of body) {
      const of = `exists (select 1 from checkouts h where h.id = ${quoted(tree.id)} and h.origin = c.origin and ${[
        ...["tree_name", "git_repository_url", "git_repository_branch", "git_commit_hash"],
      ]
        .map((name) => same(`h.${name}`, `c.${name}`))
        .join(" and ")})`;
      expect(sum(tree.build_status)).toBe(
        await one(
          apart,
          `select count(*) from builds b join checkouts c on c.id = b.checkout_id where not ${isDummy} and ${of}`,
        ),
      );
      expect(tree.boot_status.FAIL).toBe(
        await one(
          apart,
          `select count(*) from ${joined} where ${isBoot} and t.status = 'FAIL' and ${of}`,
        ),
      );
      expect(tree.test_status.INCONCLUSIVE).toBe(
        await one(
          apart,
          `select count(*) from ${joined} where not coalesce(${isBoot}, false) and coalesce(t.status, '') not in ('PASS', 'FAIL') and ${of}`,
        ),
      );
    }
  },

  "the results of a commit": async ({ reader }, apart) => {
    const [head] = await apart.rows(
      "select origin, git_repository_url, git_repository_branch, git_commit_hash from checkouts where git_commit_hash is not null order by id limit 1",
    );
    if (!head) return;
    const [origin = "", url = "", branch = "", hash = ""] = head.map((value) =>
      String(value ?? ""),
    );
    const of = `c.origin = ${quoted(origin)} and ${[
      ["git_repository_url", url],
      ["git_repository_branch", branch],
    ]
      .map(([name, value]) => (value ? `c.${name} = ${quoted(value)}` : `c.${name} is null`))
      .join(" and ")} and c.git_commit_hash = ${quoted(hash)}`;
    const query = parameters({ origin, git_url: url, git_branch: branch });
    const builds = await apart.list(
      `select b.id from builds b join checkouts c on c.id = b.checkout_id where not ${isDummy} and ${of}`,
    );
    const any = await one(
      apart,
      `select count(*) from builds b join checkouts c on c.id = b.checkout_id where ${of}`,
    );
    const listed = await ask(reader, `tree/${hash}/builds?${query}`);
    if (builds.length === 0) {
      expect(listed.body.error).toBe("No builds available for this tree/branch/commit");
    } else expect(idsOf(listed.body.builds)).toEqual(builds.sort());
    const summary = await ask(reader, `tree/${hash}/summary?${query}`);
    if (any === 0) {
      return expect(summary.body.error).toBe("No results available for this tree/branch/commit");
    }
    expect(sum(summary.body.summary.builds.status)).toBe(builds.length);
    for (const [kind, which] of [
      ["boots", isBoot],
      ["tests", `not coalesce(${isBoot}, false)`],
    ] as const) {
      const ids = await apart.list(`select t.id from ${joined} where ${which} and ${of}`);
      const tests = await ask(reader, `tree/${hash}/${kind}?${query}`);
      expect(idsOf(tests.body[kind])).toEqual(ids.sort());
      const summed = summary.body.summary[kind];
      const statuses = await apart.rows(
        `select coalesce(t.status, 'NULL'), count(*) from ${joined} where ${which} and ${of} group by 1`,
      );
      expect(nonZero(summed.status)).toEqual(Object.fromEntries(statuses));
      const total = (counts: Record<string, Record<string, number>>) =>
        Object.values(counts).reduce((all, count) => all + sum(count), 0);
      for (const name of ["origins", "configs", "labs"])
        expect(total(summed[name])).toBe(ids.length);
      expect(total(summed.environment_compatible) + total(summed.environment_misc)).toBe(
        ids.length,
      );
      const failed = await one(
        apart,
        `select count(*) from ${joined} where t.status = 'FAIL' and ${which} and ${of} and not exists (
          select 1 from incidents n join issues i on i.id = n.issue_id and i.version = n.issue_version
          where n.id = (select m.id from incidents m where m.test_id = t.id order by m._timestamp, m.id ${apart.byCodePoints} limit 1))`,
      );
      expect(summed.unknown_issues).toBe(failed);
    }
    const commits = await ask(reader, `tree/${hash}/commits?${query}`);
    const tree = of.replace(/ and c\.git_commit_hash = .*/, "");
    const hashes = await apart.list(
      `select c.git_commit_hash from checkouts c where ${tree} and c.git_commit_hash is not null and c.start_time <= (
        select max(c.start_time) from checkouts c where ${of}) group by 1 order by max(c.start_time) desc limit 6`,
    );
    if (hashes.length === 0) expect(commits.body.error).toBe("History of tree commits not found");
    else {
      const found = commits.body.map(
        (commit: { git_commit_hash: string }) => commit.git_commit_hash,
      );
      expect(found.sort()).toEqual(hashes.sort());
    }
  },

  "one test and one build": async ({ reader }, apart) => {
    for (const [id = "", status, platform] of await apart.rows(
      `select t.id, coalesce(t.status, 'NULL'), ${apart.platform} from tests t order by t.id limit 5`,
    )) {
      const { body } = await ask(reader, `test/${id}?`);
      expect([body.id, body.status]).toEqual([id, status]);
      expect(String(body.environment_misc.platform)).toBe(String(platform ?? "Unknown"));
      expect(body.misc).not.toBeNull();
    }
    for (const [id = "", origin] of await apart.rows(
      "select b.id, c.origin from builds b left join checkouts c on c.id = b.checkout_id order by b.id limit 5",
    )) {
      const { body } = await ask(reader, `build/${id}`);
      expect([body.id, body.origin]).toEqual([id, origin]);
    }
    expect((await ask(reader, "test/none:1")).body).toEqual({ error: "Test not found" });
  },

  "a platform": async ({ reader }, apart) => {
    const body = {
      ...{ origin: "maestro", startTimestampInSeconds: "0", endTimestampInSeconds: "4000000000" },
      ...{ selectedCommits: {}, filter: {} },
    };
    const heads = await apart.list(
      `select c.git_commit_hash from checkouts c where c.start_time is not null and not exists (select 1 from checkouts d where
        ${["origin", "tree_name", "git_repository_url", "git_repository_branch"].map((name) => same(`d.${name}`, `c.${name}`)).join(" and ")}
        and (d.start_time > c.start_time or (d.start_time = c.start_time and (d._timestamp > c._timestamp or (d._timestamp = c._timestamp and d.id ${apart.byCodePoints} > c.id)))))
        and exists (select 1 from tests t join builds b on b.id = t.build_id where b.checkout_id = c.id and t.origin = 'maestro'
          and (${apart.platform} = 'rk3399' or ${apart.compatibleWith("rk3399")}))`,
    );
    const summary = await ask(reader, "hardware/rk3399/summary", body);
    const hashes = heads.map(quoted).join(", ") || "''";
    const boots = await one(
      apart,
      `select count(*) from ${joined} where ${isBoot} and t.origin = 'maestro' and t.start_time is not null
        and (${apart.platform} = 'rk3399' or ${apart.compatibleWith("rk3399")}) and c.git_commit_hash in (${hashes})`,
    );
    if (summary.body.error === undefined) {
      expect(sum(summary.body.summary.boots.status)).toBe(boots);
    } else expect(boots).toBe(0);
    const list = await ask(
      reader,
      "hardware/?origin=maestro&startTimestampInSeconds=0&endTimestampInSeconds=4000000000",
    );
    const platforms = await apart.list(
      `select distinct ${apart.platform} from ${joined} join latest_checkout l on l.checkout_id = c.id where t.origin = 'maestro'`,
    );
    const found = (list.body.hardware ?? []).map((one: { platform: string }) => one.platform);
    expect([...new Set(found)].sort()).toEqual(platforms.map(String).sort());
  },

  issues: async ({ reader }, apart) => {
    for (const [id = "", version] of await apart.rows("select id, version from issues")) {
      const { body } = await ask(reader, `issue/${id}`);
      expect([body.id, body.version]).toEqual([id, version]);
      const incidents = await one(
        apart,
        `select count(*) from incidents where issue_id = ${quoted(String(id))}`,
      );
      expect(Object.keys(body.extra)).toHaveLength(incidents > 0 ? 1 : 0);
      const tests = await ask(reader, `issue/${id}/tests`);
      const ids = await apart.list(
        `select distinct test_id from incidents n where issue_id = ${quoted(String(id))} and issue_version = (
          select max(issue_version) from incidents m where m.issue_id = n.issue_id) and test_id is not null`,
      );
      if (ids.length === 0) expect(tests.body.error).toBe("No tests found for this issue");
      else expect(idsOf(tests.body)).toEqual(ids.sort());
    }
  },
};

describe.each(kinds)("the API on $name", (kind) => {
  let on: ReadableDatabase;

  beforeAll(async () => {
    on = await readableDatabase(kind, { keepsOpen: true });
  });
  afterAll(async () => {
    await on?.[Symbol.asyncDispose]();
  });

  test(`agrees with SQL that was written apart (${counts[kind.name]} databases, seed ${seed})`, async () => {
    for (let at = 0; at < counts[kind.name]; at++) {
      await on.empty();
      await on.write(...halves(drawResults(seed + at)));
      for (const [place, [name, agree]] of Object.entries(agreements).entries()) {
        const every = isFull ? 1 : parts[kind.name];
        if (place % every !== at % every) continue;
        try {
          await agree(on, apartOn(on.database));
        } catch (cause) {
          throw new Error(`${name}, seed ${seed + at}`, { cause });
        }
      }
    }
  }, 120_000);
});

// --- internal ---

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((all, n) => all + n, 0);
}

function nonZero(counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0));
}

function idsOf(items: readonly { id: string }[]): string[] {
  return items.map(({ id }) => id).sort();
}

async function one(apart: Apart, text: string): Promise<number> {
  return Number((await apart.list(text))[0] ?? 0);
}
