import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sharedDir } from "../shared.ts";

/** One case of the format with the reference's verdict. */
export interface Case {
  name: string;
  /** The document; or its text, or its bytes, where the text is what matters. */
  data?: unknown;
  doc?: string;
  doc_base64?: string;
  valid: boolean;
  /** The version of the format that the document is checked against; null where there is none. */
  version: string | null;
  upgraded?: unknown;
  upgraded_text?: string;
  upgraded_valid?: false;
  upgrade_error?: string;
  upgrade_error_reason?: string;
  nonstandard_json?: true;
  python_limit?: true;
}

/** Cases that belong together. */
export interface CaseFile {
  readonly name: string;
  read(): Case[];
}

const folder = join(import.meta.dir, "cases");
const extension = ".jsonl.zst";

/** The cases that lie here for everybody. */
export const fixtures: readonly CaseFile[] = readdirSync(folder)
  .filter((name) => name.endsWith(extension))
  .sort()
  .map((file) => ({
    name: file.slice(0, -extension.length),
    read: () => parseLines(textOfFixture(file)),
  }));

/** Those and whatever other cases, or other versions of these, lie outside. */
export const caseFiles: readonly CaseFile[] = [...fixtures, ...(await outside())];

// --- internal ---

async function outside(): Promise<CaseFile[]> {
  if (!sharedDir) return [];
  const dir = join(sharedDir, "conformance");
  const files = readdirSync(dir).filter((name) => name.endsWith(".jsonl"));
  const known = new Set(fixtures.map(({ name }) => textOfFixture(name + extension)));
  const texts = await Promise.all(
    files.map(async (name) => ({ name, text: await Bun.file(join(dir, name)).text() })),
  );
  return texts
    .filter(({ text }) => !known.has(text))
    .map(({ name, text }) => ({ name, read: () => parseLines(text) }));
}

function textOfFixture(file: string): string {
  return Bun.zstdDecompressSync(readFileSync(join(folder, file))).toString();
}

function parseLines(text: string): Case[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Case);
}
