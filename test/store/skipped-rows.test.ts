import { expect, setDefaultTimeout, test } from "bun:test";
import { tests } from "../../src/rows/tables.ts";
import { kinds } from "../databases.ts";
import { openStore, prepareStore } from "./prepared-store.ts";
import { readStored, rowSet } from "./stored.ts";

setDefaultTimeout(60_000);

/** Made by the owner, and whether they can leave a row of ours out without an error. */
const made: Readonly<Record<string, readonly (readonly [statement: string, what?: string])[]>> = {
  SQLite: [
    [
      "create trigger skips before insert on tests when new.id = 'a:1' begin select RAISE ( ignore); end",
      "the trigger skips of tests",
    ],
    [
      "create trigger refuses before insert on builds when new.id = 'a:2' begin select raise(abort, 'no'); end",
    ],
    ["create table others (id text)"],
    ["create trigger of_others before insert on others begin select raise(ignore); end"],
  ],
  Postgres: [
    [
      `create function skip() returns trigger language plpgsql as
         'begin if new.id = ''a:1'' then return null; end if; return new; end'`,
    ],
    [
      "create trigger skips before insert on tests for each row execute function skip()",
      "the trigger skips of tests",
    ],
    [
      "create rule \"Leaves\" as on insert to builds where new.id = 'a:2' do instead nothing",
      'the rule "Leaves" of builds',
    ],
    ["create rule also as on insert to builds do also select 1"],
    ["create trigger later after insert on tests for each row execute function skip()"],
    ["create trigger disabled before insert on issues for each row execute function skip()"],
    ["alter table issues disable trigger disabled"],
    ["create table others (id text)"],
    ["create trigger of_others before insert on others for each row execute function skip()"],
  ],
};

test.each(kinds.map((kind) => [kind.name, kind] as const))(
  "%s: what can leave rows out without an error is told, and nothing else",
  async (name, kind) => {
    await using prepared = await prepareStore(kind);
    const { database, store } = prepared;
    expect(await store.warnings()).toEqual([]);
    for (const [statement] of made[name] ?? []) await database.query(statement);
    await using again = await openStore(database.url);
    expect((await again.warnings()).sort()).toEqual(
      (made[name] ?? [])
        .flatMap(([, what]) =>
          what
            ? [`${what} can leave rows out: a file is archived also where its rows are left out`]
            : [],
        )
        .sort(),
    );
    const row = { origin: "a", build_id: "a:b" };
    await again.write(rowSet(tests, { id: "a:1", ...row }, { id: "a:2", ...row }));
    expect((await readStored(database, tests)).map(({ id }) => id)).toEqual(["a:2"]);
  },
);
