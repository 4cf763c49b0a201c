import { Database } from "bun:sqlite";
import { cpSync, rmSync } from "node:fs";
import { $ } from "bun";
import { tables } from "../src/rows/tables.ts";

/** Ingests the sample submissions into a SQLite file and shows what landed: `bun run quickstart`. */
const root = `${import.meta.dir}/..`;
const folder = "dist/quickstart";
const database = `${folder}/kernelci.db`;
const query = `select tests.id, tests.status, environment_misc ->> 'platform' as platform, compiler
from tests left join builds on builds.id = tests.build_id order by tests.id`;

process.chdir(root);
rmSync(folder, { recursive: true, force: true });
cpSync("scripts/samples", `${folder}/spool`, { recursive: true });
await $`bun install --frozen-lockfile`.quiet();

console.log("Ingesting scripts/samples; the sixth has mistakes and will be refused:\n");
const run = [process.execPath, "src/main.ts", "monitor", "--once"];
await $`${run} --spool-dir ${folder}/spool --database sqlite:${database}`.nothrow();

using db = new Database(database, { readonly: true });
console.log("\nRows written:\n");
console.table(
  tables.map(({ name }) => ({
    table: name,
    rows: Object.values(db.query(`select count(*) from ${name}`).get() as object)[0],
  })),
);
console.log(
  "\nWhy the sixth was refused (the text of its .error file, as `validate` prints it):\n",
);
await $`${process.execPath} src/main.ts validate ${folder}/spool/failed/6-to-be-refused.json`.nothrow();
console.log(`\nA query to try:\n\n  sqlite3 ${database} "${query.replaceAll("\n", " ")}"\n`);
console.table(db.query(query).all());
const serve = `npx -y bun@${Bun.version} src/main.ts serve --database sqlite:${database} --spool-dir ${folder}/spool`;
console.log(`\nTo see the results in a browser:\n\n  ${serve}\n`);
console.log("and open http://127.0.0.1:8010/failures?days=all – Ctrl-C stops it.");
