import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { makeReady } from "../../../src/store/make-ready.ts";
import { ingester, runIngester } from "../../e2e/run-ingester.ts";
import { storeOptions } from "../prepared-store.ts";
import { unpackOldFile } from "./old-files.ts";

setDefaultTimeout(60_000);

test("a file of a former version has indexes of ours for those of the dashboard", async () => {
  using file = unpackOldFile("0.1.0");
  const indexes = () =>
    file.query("select name from sqlite_schema where type = 'index'").map(({ name }) => name);
  file.query("create index tests_origins on tests (origin || '', start_time)");
  file.query("create index builds_results on builds (checkout_id, config_name, architecture)");
  const former = [
    ...["tests_build_id_551a24f9", "tests_origins"],
    ...["builds_checkout_id_e340e47e", "builds_results"],
  ];
  expect(indexes()).toEqual(expect.arrayContaining(former));
  await makeReady(file.url, storeOptions);
  const ours = [
    ...["tests_results", "tests_failed", "tests_failed_builds"],
    ...["builds_alike", "builds_failed"],
  ];
  expect(indexes()).toEqual(expect.arrayContaining(ours));
  for (const name of former) expect(indexes()).not.toContain(name);
});

describe("what migrate cannot add to a file", () => {
  const cases = [
    {
      title: "a column that needs a value",
      statements: ["alter table tests drop column origin"],
      says: /lacks .*tests\.origin/,
      hint: /only you know its value.*: alter table tests add column origin TEXT not null default VALUE/,
    },
    {
      title: "a column of another type",
      statements: [
        "alter table tests drop column number_value",
        "alter table tests add column number_value TEXT",
      ],
      says: /tests\.number_value is TEXT, not REAL/,
      hint: /alter table tests rename column number_value to number_value_former, and restart/,
    },
    {
      title: "a column that the file computes itself",
      statements: [
        "alter table builds drop column series",
        "alter table builds add column series TEXT as (lower(id))",
      ],
      says: /builds\.series is generated, not TEXT/,
      hint: /alter table builds rename column series to series_former/,
    },
  ];

  test.each(cases)("is told with what to do, and nothing is altered: $title", async (one) => {
    using file = unpackOldFile("0.1.0");
    for (const statement of one.statements) file.query(statement);
    // What it could add is not added either.
    file.query("alter table tests drop column comment");
    const schema = file.query("select sql from sqlite_schema");
    const message = await makeReady(file.url, storeOptions).catch(({ message }) => message);
    expect(message).toMatch(one.says);
    const doctor = await runIngester(ingester, [
      ...["doctor", "--spool-dir", join(file.path, ".."), "--database", file.url],
    ]);
    expect(doctor.exitCode).toBe(78);
    expect([
      file.query("select sql from sqlite_schema"),
      file.query("pragma user_version"),
    ]).toEqual([schema, [{ user_version: 0 }]]);
    file.query("alter table tests add column comment text");
    await expect(makeReady(file.url, storeOptions)).rejects.toMatchObject({
      hint: expect.stringMatching(one.hint),
    });
  });

  test("goes in when what was told is done", async () => {
    using file = unpackOldFile("0.1.0");
    const [{ id, comment } = {}] = file.query("select id, comment from tests");
    file.query("alter table tests drop column number_value");
    file.query("alter table tests add column number_value TEXT");
    file.query("alter table tests rename column number_value to number_value_former");
    expect(await makeReady(file.url, storeOptions)).toEqual([
      expect.stringMatching(/^added to the database: .*tests\.number_value/),
    ]);
    expect(file.query("select id, comment from tests")).toContainEqual({ id, comment });
  });
});

test("a column that the program computes is added with its value in the rows that are there", async () => {
  using file = unpackOldFile("0.1.0");
  // More than are computed at once.
  file.query(`insert into builds (id, origin, checkout_id, compiler, series)
    with recursive n(i) as (select 1 union all select i + 1 from n where i < 2500)
    select 'x:' || i, 'x', 'x:1', 'gcc', '' from n`);
  const before = file.query("select id, series from builds where origin <> 'x' order by id");
  file.query("alter table builds drop column series");
  await makeReady(file.url, storeOptions);
  expect(file.query("select id, series from builds where origin <> 'x' order by id")).toEqual(
    before,
  );
  const series = new Bun.CryptoHasher("md5").update("gcc").digest("hex");
  expect(
    file.query("select series, count(*) as n from builds where origin = 'x' group by 1"),
  ).toEqual([{ series, n: 2_500 }]);
});
