import { makeCorpus, makeLarge, makeRepeated, makeSmall } from "./make-submissions.ts";

export interface Workload {
  readonly title: string;
  make(folder: string): Promise<void>;
  /** Whether the rows are in the database already when the run begins. */
  readonly again?: boolean;
  /** Greatest ratio of ours to the limit; absent: the limit is not measured. */
  readonly goal?: Readonly<Record<"Postgres" | "SQLite", number>>;
}

/** What is measured by runs of `--once`. Latency and start-up have ways of their own. */
export const workloads: Readonly<Record<string, Workload>> = {
  a: { title: "corpus", make: makeCorpus, goal: { Postgres: 0.7, SQLite: 1.1 } },
  b: {
    title: "10,000 small files",
    make: (folder) => makeSmall(folder, 10_000),
    goal: { Postgres: 1.4, SQLite: 2.5 },
  },
  c: {
    title: "one file of 64 MB",
    make: (folder) => makeLarge(folder, 64_000_000),
    goal: { Postgres: 2, SQLite: 2.5 },
  },
  d: { title: "200,000 small files", make: (folder) => makeSmall(folder, 200_000) },
  r: {
    title: "10,000 small files as labs send them",
    make: makeRepeated,
    goal: { Postgres: 1.8, SQLite: 2.5 },
  },
  e: { title: "corpus a second time", make: makeCorpus, again: true },
};
