import { madeTreeNames, makeSubmissions } from "./made-submissions.ts";
import { madeRowsFile } from "./reference-rows.ts";
import { rowsOf } from "./rows-by-rules.ts";

// As a program: writes the rows that the made submissions give, where the rules or they have changed.
const lines = [...rowsOf(makeSubmissions().values(), madeTreeNames)].flatMap(([table, rows]) =>
  rows.map((row) => JSON.stringify({ table, row })),
);
await Bun.write(madeRowsFile, Bun.zstdCompressSync(`${lines.join("\n")}\n`, { level: 19 }));
console.log(`${lines.length} rows in ${madeRowsFile}`);
