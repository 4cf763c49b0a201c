import { expect, setDefaultTimeout, test } from "bun:test";
import { tables } from "../../src/rows/tables.ts";
import { kinds } from "../databases.ts";
import { temporaryFolder } from "../temporary.ts";
import { runService } from "./run-service.ts";
import { type Scene, setScene } from "./scene.ts";
import { faultyProgram } from "./start-faulty.ts";
import { submission } from "./submissions.ts";
import { isFull } from "./sweep.ts";

setDefaultTimeout(180_000);

/** What no kill may leave behind: rows that tell of others that are gone. */
const dangling: Readonly<Record<string, string>> = {
  "listings of checkouts":
    "select checkout_id as id from latest_checkout union all select checkout_id from tree_listing except select id from checkouts",
  "pending tests": "select test_id as id from pending_test except select id from tests",
  "tests that wait for nothing": "select id from tests except select test_id from pending_test",
  "pending builds": "select build_id as id from pending_builds except select id from builds",
  "tests without build": "select build_id as id from tests except select id from builds",
  "builds without checkout": "select checkout_id as id from builds except select id from checkouts",
  "incidents without issue": "select issue_id as id from incidents except select id from issues",
  "incidents without build": "select build_id as id from incidents except select id from builds",
};

async function brokenIn({ database }: Scene): Promise<string[]> {
  const broken: string[] = [];
  for (const [what, text] of Object.entries(dangling)) {
    const rows = await database.query(text);
    if (rows.length > 0) broken.push(`${what}: ${rows.map(({ id }) => id).slice(0, 3)}`);
  }
  return broken;
}

async function countsOf({ database }: Scene): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await database.query(`select count(*) as n from ${name}`);
    counts[name] = Number(row?.n);
  }
  return counts;
}

const old = Array.from(
  { length: 6 },
  (_, at) => [`old${at}.json`, submission(`old${at}`, 40)] as const,
);
const inputs = new Map([...old, ["new.json", submission("new", 5)]]);

/** Fills the database, and lets all but the last submission be old. */
async function fill(scene: Scene): Promise<void> {
  await scene.reset(inputs);
  expect((await scene.run({}, "--once")).exitCode).toBe(0);
  for (const name of ["checkouts", "builds", "tests", "issues", "incidents"]) {
    await scene.database.query(
      `update ${name} set _timestamp = '2020-01-01T00:00:00.000000Z' where id like '%:old%'`,
    );
  }
}

test.each(kinds)(
  "a kill at any step leaves tables right, and the next run ends it: $name",
  async (kind) => {
    await using scene = await setScene(kind);
    using folder = temporaryFolder();
    const program = await faultyProgram(folder.path);
    const words = ["prune", "--older-than", "1y", "--yes", "--database", scene.database.url];
    await fill(scene);
    const clean = await program.run({}, ...words);
    expect([clean.exitCode, clean.stderr]).toEqual([0, ""]);
    const wanted = await countsOf(scene);
    expect(wanted).toMatchObject({ checkouts: 1, tests: 5, pending_test: 5, tree_listing: 1 });
    const stride = isFull ? 1 : Math.ceil(clean.steps / 6);
    let partly = 0;
    for (let at = Math.ceil(stride / 2); at <= clean.steps; at += stride) {
      await fill(scene);
      const run = await program.run({ at, what: "SIGKILL" }, ...words);
      expect(await brokenIn(scene)).toEqual([]);
      const { tests = 0, checkouts } = await countsOf(scene);
      if (run.exitCode > 128 && (tests < 245 || checkouts !== 7)) partly++;
      expect((await program.run({}, ...words)).exitCode).toBe(0);
      expect([await brokenIn(scene), await countsOf(scene)]).toEqual([[], wanted]);
    }
    expect(partly).toBeGreaterThan(0);
  },
);

test.each(kinds)(
  "a service goes on while old rows are deleted, and loses none of its own: $name",
  async (kind) => {
    await using scene = await setScene(kind);
    using folder = temporaryFolder();
    await fill(scene);
    const program = await faultyProgram(folder.path);
    await using service = runService(scene, {}, "--max-workers", "2");
    const words = ["prune", "--older-than", "1y", "--yes", "--database", scene.database.url];
    const pruning = program.run({}, ...words, "--json");
    const sent: string[] = [];
    // Half of what comes is what is being deleted, once more.
    for (let at = 0; at < 40; at++) {
      const [name, text] =
        at % 2 ? [`b${at}`, submission(`b${at}`, 5)] : [`c${at}`, submission(`old${at % 6}`, 40)];
      service.send([[`${name}.json`, text]]);
      sent.push(`${name}.json`);
      await Bun.sleep(20);
    }
    const { exitCode, stderr } = await pruning;
    expect([exitCode, stderr]).toEqual([0, ""]);
    await service.settled(sent, 60_000);
    expect(service.log).not.toContain('"event":"fault"');
    expect(await service.stop()).toBe(0);
    expect(await brokenIn(scene)).toEqual([]);
    // Of old0, old2 and old4, which came again, each row is there.
    expect(await countsOf(scene)).toMatchObject({ checkouts: 24, tests: 3 * 40 + 20 * 5 + 5 });
  },
);
