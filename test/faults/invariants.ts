import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { tables } from "../../src/rows/tables.ts";
import { reasonName } from "../../src/spool/reason-file.ts";
import { compareRows, type Rows } from "../e2e/reference-rows.ts";
import type { Scene } from "./scene.ts";
import { checkoutOf } from "./submissions.ts";

/** The folders of a spool; "" is its root. What is claimed is being moved: the next start sees to it. */
const folders = [...["", "archive", "failed"], ...[".kci-ingester.claimed", ".kci-ingester.empty"]];

/** Where files lie: path below the spool to content. What the service keeps for itself is left out. */
export function filesOf(spool: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const folder of folders) {
    for (const name of list(join(spool, folder))) {
      const path = join(spool, folder, name);
      // A service that runs may just have moved it.
      if (!/\.json(\.zst)?$/.test(name) || !lstatSync(path, { throwIfNoEntry: false })?.isFile())
        continue;
      try {
        const bytes = readFileSync(path);
        const text = name.endsWith(".zst") ? Buffer.from(Bun.zstdDecompressSync(bytes)) : bytes;
        files.set(join(folder, name), text.toString("latin1"));
      } catch (cause) {
        if ((cause as { code?: string }).code !== "ENOENT") throw cause;
      }
    }
  }
  return files;
}

/**
 * What must hold at any moment, whatever happens (I1, I2, I4, I5). Answers what does not, in words.
 * `bad` names the inputs that are at fault themselves; with `isCopied` a file may be in two places, since
 * files are copied into `archive/`.
 */
export async function brokenNow(
  scene: Scene,
  inputs: ReadonlyMap<string, string>,
  bad: ReadonlySet<string>,
  { isCopied = false } = {},
): Promise<string[]> {
  const broken: string[] = [];
  const now = filesOf(scene.spool);
  const [before, after] = [[...inputs.values()], [...now.values()]];
  const latin = before.map((text) => Buffer.from(text).toString("latin1"));
  const all = (texts: string[]) => (isCopied ? [...new Set(texts)] : texts).sort().join("\n");
  if (all(latin) !== all(after)) {
    broken.push(`I1: ${inputs.size} files went in, these are there: ${[...now.keys()]}`);
  }
  const stored = await storedCheckouts(scene);
  for (const [path, text] of now) {
    if (path.startsWith("archive/")) {
      const names = [...text.matchAll(/faults:([^"]*)-checkout-1/g)].map((match) => match[1] ?? "");
      const missing = names.filter((name) => !stored.has(checkoutOf(name)));
      if (missing.length > 0 && !text.includes("no rows")) {
        broken.push(`I2: ${path} is archived, its rows are not there`);
      }
    }
    if (path.startsWith("failed/")) {
      const name = path.slice("failed/".length);
      if (!bad.has(name)) broken.push(`I4/I5: ${name} is good and lies in failed/`);
      const reasons = ["failed", "failed/.reasons"].flatMap((at) => list(join(scene.spool, at)));
      if (!reasons.includes(reasonName(name))) {
        broken.push(`I4: ${name} lies in failed/ without a reason`);
      }
    }
  }
  return broken;
}

/** What must hold when a clean run has ended after that (I1–I3): files and rows as without any fault. */
export async function brokenAtEnd(scene: Scene, wanted: Outcome): Promise<string[]> {
  const broken: string[] = [];
  const files = labelled(scene);
  if (!Bun.deepEquals(files, wanted.files)) broken.push(`files: ${files} not ${wanted.files}`);
  const parts = [...folders, "failed/.reasons"].flatMap((folder) =>
    list(join(scene.spool, folder)).filter((name) => name.endsWith(".part")),
  );
  if (parts.length > 0) broken.push(`half-written files left: ${parts}`);
  const rows = await scene.rows();
  for (const table of tables) {
    const [left, right] = [wanted.rows.get(table.name), rows.get(table.name)];
    if (!left || !right) throw new Error(`no rows were read of ${table.name}`);
    const differences = compareRows(table, left, right);
    if (differences.length > 0) broken.push(`I3: ${JSON.stringify(differences.slice(0, 3))}`);
  }
  return broken;
}

/** How a clean run ends. */
export interface Outcome {
  /** Each with a digest of its bytes. */
  files: string[];
  rows: Map<string, Rows>;
}

export async function outcomeOf(scene: Scene): Promise<Outcome> {
  return { files: labelled(scene), rows: await scene.rows() };
}

// --- internal ---

function labelled(scene: Scene): string[] {
  const files = [...filesOf(scene.spool)];
  return files.map(([path, text]) => `${path} (${Bun.hash(text).toString(16)})`).sort();
}

async function storedCheckouts(scene: Scene): Promise<Set<unknown>> {
  try {
    const rows = await scene.database.query("select id from checkouts");
    return new Set(rows.map((row) => row.id));
  } catch (cause) {
    // Before the first migration there are no tables.
    if (/no such table|unable to open/.test(String(cause))) return new Set();
    throw cause;
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    if ((cause as { code?: string }).code === "ENOENT") return [];
    throw cause;
  }
}
