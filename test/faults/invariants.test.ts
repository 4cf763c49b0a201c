import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { sqlite } from "../databases.ts";
import { brokenAtEnd, brokenNow, outcomeOf } from "./invariants.ts";
import { sharedScene } from "./scene.ts";
import { submission } from "./submissions.ts";

/** The checker itself: that it is content with what is right, and sees each thing that must not be. */

setDefaultTimeout(60_000);

const scene = sharedScene(sqlite);

const bad = new Set(["bad.json"]);
const inputs = new Map([
  ["a.json", submission("a", 2)],
  ["b.json", submission("b")],
  ["bad.json", '{"version":{"major":5,"minor":3},"builds":[{"id":"nothing else"}]}'],
]);
let wanted: Awaited<ReturnType<typeof outcomeOf>>;
let path: (name: string) => string;
let restore: () => void;

beforeAll(async () => {
  const s = await scene;
  path = (name) => join(s.spool, name);
  await s.reset(inputs);
  expect(await s.run({}, "--once")).toMatchObject({ exitCode: 1 });
  wanted = await outcomeOf(s);
  const folders = [s.spool, dirname(s.database.url.replace("sqlite:", ""))];
  for (const folder of folders) cpSync(folder, `${folder}.kept`, { recursive: true });
  restore = () => {
    for (const folder of folders) {
      rmSync(folder, { recursive: true });
      cpSync(`${folder}.kept`, folder, { recursive: true });
    }
  };
});
afterAll(async () => {
  const { database } = await scene;
  rmSync(`${dirname(database.url.replace("sqlite:", ""))}.kept`, { recursive: true });
});
beforeEach(() => restore());

test("a clean run breaks nothing", async () => {
  const s = await scene;
  expect(await brokenNow(s, inputs, bad)).toEqual([]);
  expect(await brokenAtEnd(s, wanted)).toEqual([]);
});

test("a file that waits still, its rows stored or not, breaks nothing", async () => {
  const s = await scene;
  renameSync(path("archive/a.json"), path("a.json"));
  expect(await brokenNow(s, inputs, bad)).toEqual([]);
  await s.database.query("delete from checkouts where id like '%:a-%'");
  expect(await brokenNow(s, inputs, bad)).toEqual([]);
  // A run that has ended with one left over does.
  expect((await brokenAtEnd(s, wanted)).join()).toContain("files: ");
});

const violations: [title: string, seen: RegExp, violate: () => unknown][] = [
  ["a file has gone", /^I1: 3 files/, () => rmSync(path("archive/a.json"))],
  [
    "there are two copies",
    /^I1: 3 files/,
    () => copyFileSync(path("archive/a.json"), path("a.json")),
  ],
  ["bytes have changed", /^I1: 3 files/, () => appendFileSync(path("archive/a.json"), "\n")],
  ["a file is emptied", /^I1: 3 files/, () => writeFileSync(path("archive/b.json"), "")],
  [
    "one is archived before its commit",
    /^I2: archive\/b.json is archived/,
    async () => (await scene).database.query("delete from checkouts where id like '%:b-%'"),
  ],
  [
    "a good one is refused in an outage",
    /^I4\/I5: b.json is good/,
    () => {
      renameSync(path("archive/b.json"), path("failed/b.json"));
      writeFileSync(path("failed/b.json.error"), "{}");
    },
  ],
  [
    "one is refused without a reason",
    /^I4: bad.json lies in failed\/ without/,
    () => rmSync(path("failed/bad.json.error")),
  ],
];

test.each(violations)("it is seen at once that %s", async (_title, seen, violate) => {
  const s = await scene;
  await violate();
  const broken = await brokenNow(s, inputs, bad);
  expect(broken).toHaveLength(1);
  expect(broken[0]).toMatch(seen);
});

const endings: [title: string, seen: RegExp, violate: () => unknown][] = [
  [
    "a name is another",
    /^files: /,
    () => renameSync(path("archive/a.json"), path("archive/c.json")),
  ],
  [
    "two have each other's bytes",
    /^files: /,
    () => {
      renameSync(path("archive/a.json"), path("x"));
      renameSync(path("archive/b.json"), path("archive/a.json"));
      renameSync(path("x"), path("archive/b.json"));
    },
  ],
  [
    "a half-written file is left",
    /^half-written files left: \.a\.json\.part/,
    () => {
      mkdirSync(path("archive"), { recursive: true });
      writeFileSync(path("archive/.a.json.part"), "");
    },
  ],
  [
    "a row has gone",
    /^I3: .*"actual":"no row"/,
    async () =>
      (await scene).database.query("delete from pending_builds where build_id like '%:a-%'"),
  ],
  [
    "a value is another",
    /^I3: .*"column":"status"/,
    async () =>
      (await scene).database.query("update tests set status = 'MISS' where id like '%:a-test-1'"),
  ],
  [
    "a row is there twice",
    /^I3: .*"expected":"no row"/,
    async () =>
      (await scene).database.query(
        `insert into pending_builds (build_id, origin, checkout_id) values ('faults:x', 'faults', 'y')`,
      ),
  ],
];

test.each(endings)("it is seen at the end that %s", async (_title, seen, violate) => {
  const s = await scene;
  await violate();
  const broken = await brokenAtEnd(s, wanted);
  expect(broken).toHaveLength(1);
  expect(broken[0]).toMatch(seen);
});
