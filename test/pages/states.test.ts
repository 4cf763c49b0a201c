import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { answerPage } from "../../src/pages/answer-page.ts";
import { StoreFault } from "../../src/store/fault.ts";
import type { Reader } from "../../src/store/reader.ts";
import type { Submission } from "../../src/submission/submission.ts";
import { kinds } from "../databases.ts";
import { demoHash, demoResults } from "./demo-results.ts";
import { hostileResults } from "./hostile-results.ts";
import { nowMs, type ServedPages, servePages } from "./serve-pages.ts";

setDefaultTimeout(60_000);

const boot = "maestro:mainline-0-arm64-defconfig-rk3399-gru-kevin-boot";
const newest = demoHash("mainline", 0);

describe.each(kinds)("pages in all states, on $name", (kind) => {
  let served: ServedPages;
  beforeAll(async () => {
    served = await servePages(kind);
  });
  afterAll(async () => {
    expect(served?.errors).toEqual([]);
    await served?.[Symbol.asyncDispose]();
  });

  test("without any rows they say how to ingest the samples, and where the spool is", async () => {
    for (const path of ["/failures", "/tree", "/hardware"]) {
      const { status, text } = await served.get(path);
      expect([status, text]).toEqual([200, expect.stringContaining("Nothing was ingested yet")]);
      expect(text).toContain(served.spool.root);
    }
    expect((await served.get("/waiting")).text).toContain("Nothing is waiting");
    expect((await served.get("/issues")).text).toContain("No known issues");
    expect((await served.get("/refused")).text).toContain("There are none in failed/");
  });

  test("where all wait for their builds the start says so, and tests are found by their ids", async () => {
    const { version, tests } = demoResults(nowMs) as unknown as {
      version: object;
      tests: { id: string }[];
    };
    const waiting = tests.filter(({ id }) => id.startsWith("microsoft:"));
    await served.on.write({ version, tests: waiting } as unknown as Submission);
    const { text } = await served.get("/failures?days=all&status=ERROR");
    expect(text).toContain('8 tests are <a href="/waiting">waiting</a> for their builds');
    expect((await served.get("/test/microsoft%3Alisa-0")).text).toContain("waits for build");
    expect((await served.get("/search?q=lisa")).text).toContain("hyperv-gen2");
    expect((await served.get("/build/microsoft%3Abuild-0")).text).toContain(
      "Tests waiting for this build",
    );
    await served.on.empty();
  });

  test("what is older than the window is told with the window that has it", async () => {
    await served.on.write(demoResults(nowMs - 40 * 86_400_000));
    const { text } = await served.get("/failures?status=NONE");
    expect(text).toContain("Nothing in the last 7 days");
    const [, link = ""] = /<a href="(\/failures\?[^"]*days=\d+)"/.exec(text) ?? [];
    const found = await served.get(link.replaceAll("&amp;", "&").replace("status=NONE", ""));
    expect(found.text).toContain("rk3399-gru-kevin");
    await served.on.empty();
  });

  test("whatever shows a part of a list says so", async () => {
    await served.on.write(manyResults(250));
    const told = async (path: string) =>
      /There are more; only ([^<]*) are shown/.exec((await served.get(path)).text)?.[1];
    expect(await told("/build/o%3Ab")).toBe("100 that failed and 100 others");
    expect(await told("/build/o%3Alate")).toBe("the first 100 by their ids");
    expect(await told("/test/o%3At1")).toBe("the last 100");
    expect(await told("/test/o%3At0")).toBe("the last 100");
    expect((await served.get("/test/o%3At0")).text).toContain("only the first 100 are shown");
    expect(await told("/hardware/board-0")).toBe("the last 50");
    expect(await told("/search?q=config-")).toBe("the newest 20");
    const boards = Array.from({ length: 50 }, (_, at) => `board=board-${at}`).join("&");
    const { text } = await served.get(`/failures?format=json&${boards}`);
    expect(
      new Set(JSON.parse(text).rows.map((row: { platform: string }) => row.platform)).size,
    ).toBe(50);
    await served.on.empty();
  });

  test("the start shows what failed, the newest classes first, since when, and the end of the log", async () => {
    await served.on.write(demoResults(nowMs));
    const { text } = await served.get("/failures");
    const order = ["allmodconfig · riscv", "rk3399-gru-kevin", "kselftest.net.udpgso.sh"];
    const places = order.map((name) => text.indexOf(name, text.indexOf('<div class="failures">')));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(text).toContain("<mark>[    1.908702] Kernel panic - not syncing");
    expect(text).toMatch(/failing for 3 runs, since <a/);
    expect(text).toContain("never passed in ");
    expect(text).toContain("passes elsewhere");
    expect(text).toContain("udpgso: wrong segment size over IPv6");
    expect(text.length).toBeLessThan(1_000_000);
    const json = JSON.parse(
      (await served.get("/failures?format=json&board=rk3399-gru-kevin")).text,
    );
    expect(json.rows.length).toBeGreaterThan(0);
    expect(
      json.rows.every((row: { platform: string }) => row.platform === "rk3399-gru-kevin"),
    ).toBe(true);
  });

  test("filters choose: one board, patterns, a class, and nothing that is there", async () => {
    const pick = async (query: string): Promise<{ path?: string; class: string }[]> =>
      JSON.parse((await served.get(`/failures?format=json&${query}`)).text).rows;
    expect(
      (await pick("path=kselftest.*")).every(({ path }) => path?.startsWith("kselftest.")),
    ).toBe(true);
    const regressions = await pick("class=regression");
    expect(new Set(regressions.map((one) => one.class))).toEqual(new Set(["regression"]));
    const two = await pick("tree=mainline&tree=next");
    const [mainline, next] = [await pick("tree=mainline"), await pick("tree=next")];
    expect(two.length).toBe(mainline.length + next.length);
    expect((await served.get("/failures?board=none-such")).text).toContain("Remove a filter");
  });

  test("a commit is found by its hash, a begin of it, its tag or latest; a branch with a slash both ways", async () => {
    const page = `/tree/mainline/master/${newest}`;
    expect((await served.get(page)).text).toContain("16 commits");
    expect((await served.get("/tree/mainline/master/latest")).text).toContain(newest);
    const begin = await served.get(`/tree/mainline/master/${newest.slice(0, 8)}?origin=maestro`);
    expect([begin.status, begin.location]).toEqual([302, `${page}?origin=maestro`]);
    for (const branch of ["feature%2Fpcie", "feature/pcie"]) {
      expect((await served.get(`/tree/soc/${branch}/latest`)).text).toContain(demoHash("soc", 0));
    }
    expect((await served.get(`/tree/${newest}`)).status).toBe(200);
    expect((await served.get("/tree/mainline/master/fffffff")).status).toBe(404);
  });

  test("short forms lead on, a build's page with a test's id too; what is not there is 404 with a search", async () => {
    const id = encodeURIComponent(boot);
    expect((await served.get(`/t/${id}`)).location).toBe(`/test/${id}`);
    expect((await served.get(`/build/${id}`)).location).toBe(`/test/${id}`);
    expect((await served.get("/i/maestro%3Audpgso")).location).toBe("/issue/maestro%3Audpgso");
    expect((await served.get(`/c/mainline/master/${newest}`)).location).toBe(
      `/tree/mainline/master/${newest}`,
    );
    expect((await served.get("/")).location).toBe("/failures");
    for (const path of [
      "/test/none",
      "/build/none",
      "/issue/none",
      "/log?test=none",
      "/submission?test=none",
    ]) {
      const { status, text } = await served.get(path);
      expect([path, status, text.includes('role="search"')]).toEqual([path, 404, true]);
    }
    expect((await served.get("/no-such-page")).status).toBe(404);
    expect((await served.get(`/search?q=${id}`)).location).toBe(`/test/${id}`);
  });

  test("lists have a hundred rows, what failed first, and lead through all", async () => {
    const seen: { id: string; status: string }[] = [];
    let path: string | undefined = "/tree/next/master/latest?tab=tests&board=*";
    for (let pages = 0; path !== undefined && pages < 10; pages++) {
      const { rows } = JSON.parse((await served.get(`${path}&format=json`)).text);
      expect(rows.length).toBeLessThanOrEqual(100);
      seen.push(...rows);
      const { text } = await served.get(path);
      path = /href="([^"]*after=[^"]*)">Next/.exec(text)?.[1]?.replaceAll("&amp;", "&");
    }
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(100);
    const firstPass = seen.findIndex(({ status }) => status === "PASS");
    expect(seen.slice(0, firstPass).some(({ status }) => status === "FAIL")).toBe(true);
    expect(seen.slice(firstPass).every(({ status }) => status === "PASS")).toBe(true);
  });

  test("two commits are compared, those of another branch too; the commit before where none is named", async () => {
    const { text } = await served.get("/tree/mainline/master/compare");
    expect(text).toContain(demoHash("mainline", 1));
    const rows = JSON.parse(
      (await served.get("/tree/mainline/master/compare?format=json&path=boot*")).text,
    ).rows;
    expect(rows.map((row: { class: string }) => row.class)).toEqual(Array(4).fill("regression"));
    const other = await served.get(
      `/tree/mainline/master/compare?treeA=next&branchA=master&hashA=latest&class=fixed`,
    );
    expect(other.status).toBe(200);
    const single = await served.get(`/tree/soc/feature%2Fpcie/compare?hashB=${demoHash("soc", 2)}`);
    expect([single.status, single.text]).toEqual([
      404,
      expect.stringContaining("no earlier commit"),
    ]);
  });

  test("a test shows its history, where else it ran, and the submission that it came from", async () => {
    const { text } = await served.get(`/test/${encodeURIComponent(boot)}`);
    expect(text).toContain("Last runs, oldest first");
    expect(text).toContain("google,kevin, rockchip,rk3399");
    expect(text).not.toContain("\u001b");
    const path = `/submission?test=${encodeURIComponent(boot)}`;
    expect((await served.get(path)).text).toContain("no longer in archive/");
    const tests = [{ id: boot, path: "boot", note: "<b>as it was sent</b>" }];
    writeFileSync(join(served.spool.archive, "its.json"), JSON.stringify({ tests }));
    const found = await served.get(path);
    expect(found.text).toContain("its.json");
    expect(found.text).toContain("&lt;b&gt;as it was sent&lt;/b&gt;");
  });

  test("addresses that are no web addresses never become links, and nothing of a row becomes markup", async () => {
    await served.on.write(hostileResults(nowMs));
    const id = (name: string) => encodeURIComponent(`lab:${name}`);
    const pages = [
      ...[
        "/failures?origin=lab",
        "/tree",
        "/hardware",
        "/issues",
        "/issue/lab%3A%3Ci%3E",
        "/waiting",
      ],
      ...[`/test/${id("t1")}`, `/test/${id("t2")}`, `/test/${id("t3")}`, `/build/${id("b")}`],
      ...[`/log?test=${id("t1")}`, `/tree/${"1".repeat(40)}`, `/tree/${"2".repeat(40)}/matrix`],
      `/search?q=${encodeURIComponent("<script>")}`,
    ];
    for (const path of pages) {
      const { status, text } = await served.get(path);
      expect([path, status]).toEqual([path, 200]);
      const found = /<script>|<img src=x|<svg onload|href="(?:javascript|data):/i.exec(text);
      const raw = /[\u0000-\u0008\u001b\u202e\u2067]/.exec(text);
      expect([path, found?.[0], raw?.[0]]).toEqual([path, undefined, undefined]);
      expect(text.length).toBeLessThan(300_000);
    }
  });
});

test("a database that is away, or has no such table, is told without a trace, and the page tries again", async () => {
  const fault = (kind: "transient" | "refused") =>
    new StoreFault("no connection <b>", { operation: "read", path: "db", class: kind });
  for (const [kind, status] of [
    ["transient", 503],
    ["refused", 400],
  ] as const) {
    const reader = {
      dialect: {} as Reader["dialect"],
      query: () => Promise.reject(fault(kind)),
      version: () => Promise.reject(fault(kind)),
      [Symbol.asyncDispose]: async () => {},
    };
    const url = new URL("http://127.0.0.1/waiting");
    const options = { reader, now: () => nowMs, sources: { storageBaseUrl: "http://127.0.0.1:9" } };
    const answer = await answerPage(url, options);
    const text = (await answer?.text()) ?? "";
    expect(answer?.status).toBe(status);
    expect(text).toContain("no connection &lt;b&gt;");
    expect(text.includes('http-equiv="refresh"')).toBe(status === 503);
  }
});

// --- internal ---

/** One commit with many builds, and on one of them many tests of a path, half of which failed; as many wait. */
function manyResults(count: number): Submission {
  const start_time = new Date(nowMs - 3_600_000).toISOString();
  const numbers = Array.from({ length: count }, (_, at) => at);
  const fields = Object.fromEntries(numbers.map((at) => [`field ${at}`, at]));
  const test = (at: number) => ({
    ...{ id: `o:t${at}`, origin: "o", build_id: "o:b", path: "boot", start_time },
    status: at % 2 === 0 ? "FAIL" : "PASS",
    environment: {
      misc: { platform: at < 150 ? `board-${at % 2 === 0 ? at / 2 : 0}` : "board-0" },
    },
    ...(at === 0 && { misc: fields }),
  });
  return {
    version: { major: 5, minor: 3 },
    checkouts: [
      {
        ...{ id: "o:c", origin: "o", tree_name: "mainline", git_repository_branch: "master" },
        ...{ git_commit_hash: "a".repeat(40), start_time },
      },
    ],
    builds: ["o:b", ...numbers.map((at) => `o:b${at}`)].map((id) => ({
      ...{ id, origin: "o", checkout_id: "o:c", config_name: `config-${id}`, start_time },
    })),
    tests: [
      ...numbers.map(test),
      ...numbers.map((at) => ({ ...test(at), id: `o:w${at}`, build_id: "o:late" })),
    ],
  } as unknown as Submission;
}
