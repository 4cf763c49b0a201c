import type { Database } from "bun:sqlite";
import { views } from "../views.ts";

/** Stands in the text of each view that is ours, and so may be made anew. */
const mark = "/* of kci-ingester */";

/** Makes the views that are missing or of a former version; what else has their names stays. */
export function makeViews(db: Database): { made: string[]; others: string[] } {
  using find = db.prepare<{ sql: string | null; type: string }, string>(
    "select sql, type from sqlite_schema where name = ?",
  );
  const made: string[] = [];
  const others: string[] = [];
  for (const { name, select } of views) {
    const statement = `CREATE VIEW ${name} as ${mark} ${select}`;
    const found = find.get(name);
    if (found?.sql === statement) continue;
    if (found) {
      if (found.type !== "view" || !found.sql?.includes(mark)) {
        others.push(name);
        continue;
      }
      db.run(`drop view ${name}`);
    }
    db.run(statement);
    made.push(name);
  }
  return { made, others };
}
