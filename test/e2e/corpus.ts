import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { $ } from "bun";
import { tables } from "../../src/rows/tables.ts";
import type { TestDatabase } from "../databases.ts";
import {
  compareRows,
  type Difference,
  instant,
  readDatabase,
  readReference,
} from "./reference-rows.ts";

/** The real submissions, unpacked, and the rows that the reference made of them. */
export interface Corpus {
  readonly files: readonly string[];
  read(file: string): Promise<RealSubmission>;
  /** Puts all files, as they are, into a spool. */
  copyTo(spool: string): void;
  /** The cells of a database that differ from the reference and are not listed as such. */
  differences(database: TestDatabase): Promise<Difference[]>;
}

/** A submission of any version: its lists by name. */
export type RealSubmission = Record<string, unknown> & {
  version: { major: number; minor: number };
  builds?: { id: string; valid?: boolean }[];
  checkouts?: { id: string; start_time?: string }[];
};

/** Unpacks the real submissions of `shared` into `folder`. */
export async function unpackCorpus(shared: string, folder: string): Promise<Corpus> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  await $`tar xzf ${join(shared, "corpus/submissions.tar.gz")} -C ${folder}`;
  const files = readdirSync(folder).sort();
  const read = (file: string): Promise<RealSubmission> => Bun.file(join(folder, file)).json();
  const facts = gatherFacts(await Promise.all(files.map(read)));
  return {
    files,
    read,
    copyTo: (spool) => cpSync(folder, spool, { recursive: true }),
    async differences(database) {
      const found: Difference[] = [];
      for (const table of tables) {
        const expected = await readReference(shared, table);
        const actual = await readDatabase(database, table);
        found.push(...compareRows(table, expected, actual).filter((one) => !isListed(one, facts)));
      }
      return found;
    },
  };
}

// --- internal ---

/** What the submissions themselves say about the cells that may differ from the reference. */
interface CorpusFacts {
  /** Status of the builds that say `valid`, as documents older than 5.0 do, by id. */
  statuses: Map<string, "PASS" | "FAIL">;
  /** All start times of a checkout, by id. */
  startTimes: Map<string, Set<string>>;
}

function gatherFacts(submissions: readonly RealSubmission[]): CorpusFacts {
  const facts: CorpusFacts = { statuses: new Map(), startTimes: new Map() };
  for (const submission of submissions) {
    for (const build of submission.builds ?? []) {
      if ("valid" in build) facts.statuses.set(build.id, build.valid ? "PASS" : "FAIL");
    }
    for (const checkout of submission.checkouts ?? []) {
      const times = facts.startTimes.get(checkout.id) ?? new Set();
      facts.startTimes.set(checkout.id, times.add(String(instant(checkout.start_time))));
    }
  }
  return facts;
}

/** Whether a difference is one of those that the contract lists (`spec/database.md`). */
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
