import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { $ } from "bun";
import type { Table } from "../../src/rows/table.ts";
import { tables } from "../../src/rows/tables.ts";
import type { TestDatabase } from "../databases.ts";
import { sharedDir } from "../shared.ts";
import { madeTreeNames, makeSubmissions } from "./made-submissions.ts";
import {
  compareRows,
  type Difference,
  instant,
  type Rows,
  readDatabase,
  readMadeRows,
  readReference,
} from "./reference-rows.ts";
import { type Document, inUtc } from "./rows-by-rules.ts";

/** Submissions as they are sent, and the rows that they give. */
export interface Corpus {
  readonly files: readonly string[];
  /** A trees file with the standard names that the rows have. */
  readonly treesFile: string;
  read(file: string): Promise<CorpusDocument>;
  /** Puts all files, as they are, into a spool. */
  copyTo(spool: string): void;
  /** The cells of a database that differ from the expected rows and are not listed as such. */
  differences(database: TestDatabase): Promise<Difference[]>;
  /** Of differences, those that are not listed. */
  unlisted(differences: readonly Difference[]): Difference[];
}

/** A submission of any version: its lists by name. */
export type CorpusDocument = Document & {
  builds?: { id: string; valid?: boolean }[];
  checkouts?: { id: string; start_time?: string }[];
};

/** The made submissions, and the real ones where they are at hand; each is laid out in a folder. */
export const corpora: readonly { name: string; lay(folder: string): Promise<Corpus> }[] = [
  { name: "the made submissions", lay: layMade },
  ...(sharedDir
    ? [
        {
          name: "the real submissions",
          lay: (folder: string) => unpackCorpus(sharedDir ?? "", folder),
        },
      ]
    : []),
];

/** Writes the made submissions into `folder`; their rows are a fixture. */
async function layMade(folder: string): Promise<Corpus> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, document] of makeSubmissions()) {
    await Bun.write(join(folder, name), JSON.stringify(document));
  }
  const treesFile = `${folder}.trees.yaml`;
  const lines = [...madeTreeNames].map(([url, name]) => `  ${name}:\n    url: ${url}\n`);
  await Bun.write(treesFile, `trees:\n${lines.join("")}`);
  const expected = await readMadeRows();
  return corpusIn(folder, treesFile, async (table) => expected.get(table.name) ?? new Map());
}

/** Unpacks the real submissions of `shared` into `folder`. */
export async function unpackCorpus(shared: string, folder: string): Promise<Corpus> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  await $`tar xzf ${join(shared, "corpus/submissions.tar.gz")} -C ${folder}`;
  return corpusIn(folder, join(shared, "reference/trees.yaml"), (table) =>
    readReference(shared, table),
  );
}

// --- internal ---

async function corpusIn(
  folder: string,
  treesFile: string,
  expectedOf: (table: Table) => Promise<Rows>,
): Promise<Corpus> {
  const files = readdirSync(folder).sort();
  const read = (file: string): Promise<CorpusDocument> => Bun.file(join(folder, file)).json();
  const facts = gatherFacts(await Promise.all(files.map(read)));
  const unlisted = (differences: readonly Difference[]) =>
    differences.filter((one) => !isListed(one, facts));
  return {
    files,
    treesFile,
    read,
    copyTo: (spool) => cpSync(folder, spool, { recursive: true }),
    async differences(database) {
      const found: Difference[] = [];
      for (const table of tables) {
        const actual = await readDatabase(database, table);
        found.push(...unlisted(compareRows(table, await expectedOf(table), actual)));
      }
      return found;
    },
    unlisted,
  };
}

/** What the submissions themselves say about the cells that may differ from the reference. */
interface CorpusFacts {
  /** Status of the builds that say `valid`, as documents older than 5.0 do, by id. */
  statuses: Map<string, "PASS" | "FAIL">;
  /** All start times of a checkout, by id. */
  startTimes: Map<string, Set<string>>;
}

function gatherFacts(submissions: readonly CorpusDocument[]): CorpusFacts {
  const facts: CorpusFacts = { statuses: new Map(), startTimes: new Map() };
  for (const submission of submissions) {
    for (const build of submission.builds ?? []) {
      if ("valid" in build) facts.statuses.set(build.id, build.valid ? "PASS" : "FAIL");
    }
    for (const checkout of submission.checkouts ?? []) {
      const times = facts.startTimes.get(checkout.id) ?? new Set();
      facts.startTimes.set(checkout.id, times.add(String(instant(inUtc(checkout.start_time)))));
    }
  }
  return facts;
}

/** Whether a difference is one of those that the contract lists (`src/rows/README.md`, "Held against another program"). */
function isListed(
  { table, key, column, expected, actual }: Difference,
  facts: CorpusFacts,
): boolean {
  const status = facts.statuses.get(JSON.parse(key)[0]);
  if (table === "builds" && column === "status") return expected === null && actual === status;
  if (table === "pending_builds" && column === "status") {
    return expected === null && actual === status?.[0];
  }
  const times = table === "checkouts" && facts.startTimes.get(JSON.parse(key)[0]);
  return times && column === "start_time" ? times.size > 1 && times.has(String(actual)) : false;
}
