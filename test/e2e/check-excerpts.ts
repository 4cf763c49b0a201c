import { gunzipSync } from "node:zlib";
import type { TestDatabase } from "../databases.ts";
import { pathOf } from "../storage/settings.ts";
import type { Files } from "./excerpt-spool.ts";

/** What became of the texts of more than 256 bytes, one count an object. */
export interface ExcerptCheck {
  linked: number;
  inline: number;
  /** What must not be: a text lost or changed, a link to what is not stored. */
  wrong: string[];
}

/** The objects of a storage server by path. */
export type Objects = ReadonlyMap<string, Uint8Array>;

interface Sent {
  readonly id: string;
  readonly log_excerpt?: string;
  readonly output_files?: readonly object[];
}

/** Compares what was sent with the rows and with what the server at `base` holds. */
export async function checkExcerpts(
  files: Files,
  database: TestDatabase,
  objects: Objects,
  base: string,
): Promise<ExcerptCheck> {
  const rows = await readRows(database);
  const found: ExcerptCheck = { linked: 0, inline: 0, wrong: [] };
  for (const item of itemsOf(files)) {
    const row = rows.get(item.id);
    const text = item.log_excerpt ?? null;
    const isLong = text !== null && Buffer.byteLength(text) > 256;
    const link = isLong && row?.log_excerpt === "" ? linkOf(text, base) : undefined;
    const expectedFiles = [...(item.output_files ?? []), ...(link ? [link.file] : [])];
    if (!row) found.wrong.push(`${item.id}: no row`);
    else if (!link && row.log_excerpt !== text) found.wrong.push(`${item.id}: text changed`);
    else if (link && !holds(objects, link.hash, text)) {
      found.wrong.push(`${item.id}: linked, not stored`);
    } else if (!Bun.deepEquals(row.output_files, expectedFiles)) {
      found.wrong.push(`${item.id}: output_files ${JSON.stringify(row.output_files)}`);
    } else if (isLong) found[link ? "linked" : "inline"] += 1;
  }
  return found;
}

/** Whether the server holds exactly this text under its hash. */
export function holds(objects: Objects, hash: string, text: string | null): boolean {
  const object = objects.get(pathOf(hash));
  return object !== undefined && gunzipSync(object).toString() === text;
}

/** Where a text is to be found, as a row says it. */
export function linkOf(text: string | null, base: string) {
  const hash = new Bun.CryptoHasher("sha256").update(text ?? "").digest("hex");
  return { hash, file: { name: "log_excerpt", url: `${base}/${pathOf(hash)}` } };
}

// --- internal ---

interface Row {
  log_excerpt: string | null;
  output_files: unknown[];
}

async function readRows(database: TestDatabase): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>();
  for (const table of ["builds", "tests"]) {
    for (const row of await database.query(`select id, log_excerpt, output_files from ${table}`)) {
      const files = row.output_files;
      rows.set(String(row.id), {
        log_excerpt: row.log_excerpt === null ? null : String(row.log_excerpt),
        output_files: (typeof files === "string" ? JSON.parse(files) : files) ?? [],
      });
    }
  }
  return rows;
}

function itemsOf(files: Files): Sent[] {
  return [...files.values()].flatMap((submission) =>
    ["builds", "tests"].flatMap((list) => (submission as Record<string, Sent[]>)[list] ?? []),
  );
}
