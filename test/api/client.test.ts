import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type ResultsServer, serveResults } from "../../src/api/serve-results.ts";
import { kinds } from "../databases.ts";
import { type ReadableDatabase, readableDatabase } from "../results/read-on.ts";
import { nowMs, parameters } from "./ask.ts";
import { madeResults, newer, older, url } from "./made-results.ts";

/** Stands in for `kci-dev results`: sends each of its requests as it does, and reads the fields that it reads. */

const G = parameters({ origin: "maestro", git_url: url, git_branch: "master" });
const P = {
  origin: "maestro",
  startTimestampInSeconds: String(nowMs / 1000 - 7 * 86_400),
  endTimestampInSeconds: String(nowMs / 1000),
  selectedCommits: {},
  filter: {},
};
const window = parameters({
  origin: "maestro",
  endTimestampInSeconds: P.endTimestampInSeconds,
  startTimestampInSeconds: P.startTimestampInSeconds,
});

/** Fields that must be there, null or not; and those that must have a value. */
interface Needs {
  readonly keys: string;
  readonly values?: string;
}

const buildNeeds: Needs = {
  keys: "id architecture config_name config_url compiler status log_url",
  values: "compiler status git_repository_branch",
};
const testNeeds: Needs = {
  keys: "id status path start_time environment_compatible log_url architecture compiler",
  values: "status path compiler environment_misc",
};

describe.each(kinds)("the client's requests, on $name", (kind) => {
  let on: ReadableDatabase;
  let server: ResultsServer;

  // biome-ignore lint/suspicious/noExplicitAny: the client looks into it without types
  const ask = async (path: string, body?: unknown): Promise<any> => {
    const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const answer = await fetch(`${server.url.origin}/api/${path}`, { ...init, redirect: "error" });
    expect([path, answer.status, answer.headers.get("content-type")]).toEqual([
      path,
      200,
      "application/json",
    ]);
    return answer.json();
  };

  beforeAll(async () => {
    on = await readableDatabase(kind);
    await on.write(madeResults);
    server = serveResults({
      ...{ reader: on.reader, host: "127.0.0.1", port: 0, now: () => nowMs },
      onError: (error) => {
        throw error;
      },
    });
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    await on?.[Symbol.asyncDispose]();
  });

  test.each(["tree", "tree/"])("trees: %s", async (path) => {
    const trees = await ask(`${path}?origin=maestro&interval_in_days=7`);
    expect(trees).toHaveLength(1);
    see(trees[0], {
      keys: "tree_name git_repository_url git_repository_branch git_commit_hash git_commit_name start_time",
    });
    expect(trees[0]).toMatchObject({
      ...{ git_commit_hash: newer, start_time: "2026-07-01T12:00:00.500000Z" },
      build_status: { PASS: 1, FAIL: 1, INCONCLUSIVE: 0 },
      boot_status: { PASS: 0, FAIL: 1, INCONCLUSIVE: 0 },
      test_status: { PASS: 1, FAIL: 0, INCONCLUSIVE: 1 },
    });
  });

  test.each([newer, "tag-c2", newer.slice(0, 7)])("summary --commit %s", async (commit) => {
    const { summary, common } = await ask(`tree/${commit}/summary?${G}&filter_architecture=arm64`);
    for (const kindOf of ["builds", "boots", "tests"]) {
      for (const n of Object.values(summary[kindOf].status)) expect(n).toBeNumber();
      expect(summary[kindOf].issues).toBeArray();
    }
    expect(summary.builds.status).toMatchObject({ PASS: 1, FAIL: 1 });
    expect(summary.builds.issues).toEqual([
      {
        ...{ id: "maestro:i1", version: 1, comment: "it hangs", report_url: null },
        incidents_info: { PASS: 0, ERROR: 0, FAIL: 1, SKIP: 0, MISS: 0, DONE: 0, NULL: 0 },
      },
    ]);
    expect(summary.builds.architectures.arm64).toMatchObject({ PASS: 1, compilers: ["gcc-14"] });
    expect(summary.boots.failed_platforms).toEqual(["am69 sk"]);
    expect(summary.boots.fail_reasons).toEqual({ "unknown error": 1 });
    expect(common.hardware).toEqual(["Unknown", "ti,am69-sk"]);
    const filtered = await ask(`tree/${commit}/summary?${G}&filter_architecture=riscv`);
    expect(filtered.summary.builds.status.PASS).toBe(0);
  });

  test("summary --history", async () => {
    const commits = await ask(`tree/${newer}/commits?${G}`);
    expect(commits.map((one: { git_commit_hash: string }) => one.git_commit_hash)).toEqual([
      newer,
      older,
    ]);
    for (const commit of commits) {
      for (const n of [commit.builds.PASS, commit.boots.pass, commit.tests.fail]) {
        expect(n).toBeNumber();
      }
    }
  });

  test("builds, boots and tests", async () => {
    const more = "&filter_tree_name=mainline&filter_start_date=2026&filter_end_date=2027";
    const { builds } = await ask(`tree/${newer}/builds?${G}${more}`);
    expect(builds.map(({ id }: { id: string }) => id)).toEqual(["maestro:b3", "maestro:b2"]);
    for (const build of builds) see(build, buildNeeds);
    const { boots } = await ask(`tree/${newer}/boots?${G}&filter_boot.origin=maestro`);
    expect(boots).toHaveLength(1);
    for (const boot of boots) see(boot, testNeeds);
    expect(boots[0].environment_misc).toEqual({ platform: "am69 sk" });
    expect(await ask(`tree/${newer}/boots?${G}&filter_boot.origin=other`)).toEqual({ boots: [] });
    const { tests } = await ask(`tree/${newer}/tests?${G}&filter_boot.origin=other`);
    expect(tests).toHaveLength(2);
    for (const one of tests) see(one, testNeeds);
    expect(tests.at(-1)).toMatchObject({ path: "Unknown", status: "NULL" });
  });

  test.each(["maestro:t2", "microsoft:A.b-1", "maestro:t5"])("test --id %s", async (id) => {
    const found = await ask(`test/${id}?`);
    see(found, {
      keys: "id status path log_url start_time environment_compatible architecture compiler",
      values: "id status misc environment_misc",
    });
    expect(found.environment_misc.platform).toBeString();
    if (id === "microsoft:A.b-1") expect([found.compiler, found.tree_name]).toEqual([null, null]);
  });

  test("build --id", async () => {
    see(await ask("build/maestro:b3?"), {
      keys: "id architecture config_name config_url compiler status log_url",
    });
  });

  test("hardware list, summary, builds, boots, tests", async () => {
    const { hardware } = await ask(`hardware/?${window}`);
    expect(hardware).toEqual([
      {
        ...{ hardware: ["ti,am69-sk", "ti,am69"], platform: "am69 sk" },
        test_status_summary: { PASS: 1, FAIL: 0, INCONCLUSIVE: 0 },
        boot_status_summary: { PASS: 0, FAIL: 1, INCONCLUSIVE: 0 },
        build_status_summary: { PASS: 1, FAIL: 0, INCONCLUSIVE: 0 },
      },
    ]);
    for (const name of ["ti%2Cam69-sk", "am69+sk", "am69%20sk"]) {
      const { summary, common } = await ask(`hardware/${name}/summary`, P);
      expect(summary.boots.status).toMatchObject({ FAIL: 1, PASS: 0 });
      expect(common.trees).toMatchObject([{ index: "0", head_git_commit_hash: newer }]);
      const { builds } = await ask(`hardware/${name}/builds`, P);
      for (const build of builds) see(build, buildNeeds);
      expect(builds).toMatchObject([{ id: "maestro:b2", issue_id: null, tree_name: "mainline" }]);
      const { boots } = await ask(`hardware/${name}/boots`, P);
      for (const boot of boots) see(boot, testNeeds);
      expect((await ask(`hardware/${name}/tests`, P)).tests).toHaveLength(1);
    }
    expect(await ask("hardware/none/boots", P)).toEqual({
      error: "This hardware isn't associated with any commit",
    });
  });

  test("issues, in all their forms", async () => {
    const { issues, extras } = await ask("issue/?interval_in_days=5&filter_origin=maestro");
    expect(issues).toMatchObject([{ id: "maestro:i1", version: 1 }]);
    expect(extras["maestro:i1"].git_commit_hash).toBe(newer);
    const found = await ask("issue/extras/", { issues: [["maestro:i1", 1]] });
    see(found.issues["maestro:i1"].first_incident, {
      keys: "git_commit_hash git_repository_url git_repository_branch tree_name",
    });
    const issue = await ask("issue/maestro:i1");
    expect(issue.extra["maestro:i1"].versions["1"].trees).toEqual([
      { tree_name: "mainline", git_repository_branch: "master" },
    ]);
    expect(await ask("issue/maestro:i1/builds?filter_origin=x")).toMatchObject([
      { id: "maestro:b3" },
    ]);
    expect(await ask("issue/maestro:i1/tests")).toMatchObject([{ id: "maestro:t2" }]);
    expect(await ask("build/maestro:b3/issues")).toMatchObject([{ id: "maestro:i1" }]);
    expect(await ask("test/maestro:t2/issues")).toMatchObject([{ incidents_info: { FAIL: 1 } }]);
    expect((await ask("test/maestro:t4/issues")).error).toContain("No issues");
    expect((await ask("build/maestro:b1/issues")).error).toContain("No issues");
    expect((await ask("issue/none:1/builds")).error).toContain("No builds");
    expect((await ask("issue/none:1/tests")).error).toContain("No tests");
  });

  test("tree-report", async () => {
    const query = `${G}&group_size=3&max_age_in_hours=24&min_age_in_hours=0`;
    const report = await ask(`tree-report?${query}`);
    expect(report).toMatchObject({
      dashboard_url: `${server.url.origin}/tree/mainline/master/${newer}?origin=maestro`,
      ...{ commit_hash: newer, origin: "maestro" },
      build_status_summary: { PASS: 1, FAIL: 1 },
      boot_status_summary: { fail_count: 1, pass_count: 0 },
      issues: { builds: [{ issue_id: "maestro:i1", is_new_issue: true }] },
    });
    expect(report.possible_regressions["am69 sk"].defconfig["arm64/gcc-14"].boot).toMatchObject([
      { id: "maestro:t2", status: "FAIL" },
      { id: "maestro:t1", status: "PASS" },
    ]);
    expect(Object.keys(report.fixed_regressions["am69 sk"].defconfig["arm64/gcc-14"])).toEqual([
      "ltp.a",
    ]);
    expect(report.unstable_tests).toEqual({});
    const some = await ask(`tree-report/?${query}&path=ltp.%25&path=x`);
    expect(some.possible_regressions).toEqual({});
  });

  test("origins and a history", async () => {
    expect(await ask("origins/")).toEqual({
      checkout_origins: ["maestro"],
      test_origins: ["maestro"],
    });
    const query = { path: "boot", git_repository_url: url, git_repository_branch: "master" };
    const history = await ask(
      `test/status-history?${parameters({ ...query, config_name: "defconfig", platform: "am69 sk" })}`,
    );
    expect(history.regression_type).toBe("regression");
  });

  test("what is malformed is a 400 with its reason, and never a 500", async () => {
    const status = async (path: string, init?: RequestInit) => {
      const answer = await fetch(`${server.url.origin}/api/${path}`, init);
      return [answer.status, typeof ((await answer.json()) as { error: unknown }).error];
    };
    const post = (body: string) => ({ method: "POST", body });
    for (const path of ["tree?interval_in_days=0", `tree/${newer}/builds?origin=x`, "hardware/?"]) {
      expect(await status(path)).toEqual([400, "string"]);
    }
    expect(
      await status("tree-report?git_url=a&git_branch=b&min_age_in_hours=5&max_age_in_hours=4"),
    ).toEqual([400, "string"]);
    expect(await status("hardware/x/summary", post("{"))).toEqual([400, "string"]);
    expect(await status("hardware/x/summary", post('{"startTimestampInSeconds": "x"}'))).toEqual([
      400,
      "string",
    ]);
    expect(await status("issue/extras/", post('{"issues": []}'))).toEqual([400, "string"]);
    expect(await status("nowhere")).toEqual([404, "string"]);
    expect(await status("tree", post("{}"))).toEqual([405, "string"]);
    for (const path of [
      "test/%00",
      "test/%ff",
      "tree/%27%3B--/summary?git_url=%00",
      "issue/../../x",
    ]) {
      expect((await fetch(`${server.url.origin}/api/${path}`)).status).toBeLessThan(500);
    }
  });
});

// --- internal ---

function see(item: Record<string, unknown>, { keys, values = "" }: Needs): void {
  expect(Object.keys(item)).toEqual(expect.arrayContaining(keys.split(" ")));
  for (const name of values.split(" ").filter(Boolean)) {
    expect([name, item[name] ?? null]).not.toEqual([name, null]);
  }
}
