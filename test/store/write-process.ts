import { Fault } from "../../src/base/fault.ts";
import type { RowSet } from "../../src/rows/row.ts";
import { builds, checkouts, tests, treeListing } from "../../src/rows/tables.ts";
import { openStore } from "./prepared-store.ts";
import { rowOf } from "./stored.ts";

// A writer of its own: `write-process.ts URL NAME forward|backward`. Writes the same keys as its
// fellows, in its own order; tries again what failed by no fault of the data, as the service does.
const [url = "", name = "", order = "forward"] = process.argv.slice(2);
const keys = Array.from({ length: 400 }, (_, at) => at);
if (order === "backward") keys.reverse();

await using store = await openStore(url);
let retries = 0;
for (let at = 0; at < keys.length; at += 50) {
  const rows: RowSet = new Map();
  const batch = keys.slice(at, at + 100);
  const common = { origin: "a", comment: name };
  rows.set(
    checkouts,
    batch.map((key) => rowOf(checkouts, { ...common, id: `a:${key}` })),
  );
  rows.set(
    builds,
    batch.map((key) =>
      rowOf(builds, { ...common, id: `a:${key}`, checkout_id: `a:${key}`, compiler: name }),
    ),
  );
  rows.set(
    tests,
    batch.map((key) =>
      rowOf(tests, { ...common, id: `a:${key}`, build_id: `a:${key}`, [fieldOf(name)]: name }),
    ),
  );
  rows.set(
    treeListing,
    batch.map((key) =>
      rowOf(treeListing, {
        ...Object.fromEntries(
          treeListing.written.filter((one) => one.type === "integer").map((one) => [one.name, 0]),
        ),
        ...{ checkout_id: `a:${name}`, origin: "a", tree_name: `t${key}` },
        start_time: `2026-01-01T00:00:0${name}.000000Z`,
      }),
    ),
  );
  await write(rows);
}
console.log(JSON.stringify({ retries }));

/** Each writer fills a column that the others leave. */
function fieldOf(writer: string): string {
  return ["log_url", "path", "log_excerpt", "environment_comment"][Number(writer) % 4] ?? "path";
}

async function write(rows: RowSet): Promise<void> {
  for (;;) {
    try {
      return await store.write(rows);
    } catch (cause) {
      if (!(cause instanceof Fault) || cause.class !== "transient" || retries > 100) throw cause;
      retries++;
      await Bun.sleep(10 + Math.random() * 40);
    }
  }
}
