import { Database } from "bun:sqlite";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tables } from "../../../src/rows/tables.ts";
import { temporaryFolder } from "../../temporary.ts";

/** A database file that a released version of the program has made. */
export interface OldFile extends Disposable {
  readonly path: string;
  readonly url: string;
  query(text: string): Record<string, unknown>[];
}

/**
 * The files that are kept, with a few rows in every table. 0.1.0 made pages of 4096 bytes; the second was
 * left by a kill, all rows in its write-ahead log.
 */
export const oldFiles = ["0.1.0", "0.1.0-killed"] as const;

/** Unpacks one of the kept files into a folder of its own. */
export function unpackOldFile(name: (typeof oldFiles)[number]): OldFile {
  const folder = temporaryFolder();
  const path = join(folder.path, "kernelci.db");
  for (const suffix of name === "0.1.0-killed" ? ["", "-wal"] : [""]) {
    const packed = readFileSync(join(import.meta.dir, `files/${name}.db${suffix}.zst`));
    writeFileSync(path + suffix, Bun.zstdDecompressSync(packed));
  }
  return {
    path,
    url: `sqlite:${path}`,
    query(text) {
      using db = new Database(path);
      return db.query(text).all() as Record<string, unknown>[];
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

/** All rows of all tables that ingestion writes, what is NULL left out: later versions have more columns. */
export function rowsOf(file: OldFile): Record<string, unknown[]> {
  using db = new Database(file.path);
  return Object.fromEntries(
    tables.map(({ name }) => {
      const rows = db.query(`select * from ${name} order by ${keyOf(name)}`).all();
      return [name, rows.map((row) => withoutNulls(row as Record<string, unknown>))];
    }),
  );
}

// --- internal ---

const keyOf = (table: string) => tables.find(({ name }) => name === table)?.primaryKey.join(", ");

function withoutNulls(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}
