import { type Errno, errnos } from "../plan.ts";
import { Random } from "./random.ts";

const processFaults = { kill: 4, "kill at a step": 6, term: 3, "term twice": 1, freeze: 3 };
const fileFaults = { "a failing call": 6, "a full disk": 3 };
const sqliteFaults = { ...fileFaults, "a failing statement": 5, "a held lock": 3 };
const postgresFaults = {
  ...fileFaults,
  "a lost packet": 3,
  "connections cut": 3,
  "a slow network": 3,
  "a black hole": 2,
  "connections refused": 2,
  "a commit lost": 3,
  "the answer to a commit lost": 3,
  "the server stopped at once": 2,
  "backends ended": 2,
  "a held lock": 2,
};

export type ProcessFault = keyof typeof processFaults;
export type OuterFault = keyof typeof sqliteFaults | keyof typeof postgresFaults;

/** One thing that goes wrong: when, for how long, and how. */
export interface Fault<K extends string> {
  readonly kind: K;
  /** How long nothing of its series has happened before it, in milliseconds. */
  readonly afterMs: number;
  readonly lastsMs: number;
  /** How many steps of the program come before the failing ones, and how many fail. */
  readonly steps: number;
  readonly failures: number;
  readonly errno: Errno;
}

/** Draws what happens to the process; the second series is drawn by `drawOuterFault`. */
export function drawProcessFault(seed: string, number: number): Fault<ProcessFault> {
  return draw(`${seed}/process/${number}`, processFaults, 6_000);
}

/** Draws what happens around the process: to its files and to its database. */
export function drawOuterFault(
  seed: string,
  number: number,
  database: "SQLite" | "Postgres",
): Fault<OuterFault> {
  const kinds: Partial<Record<OuterFault, number>> =
    database === "SQLite" ? sqliteFaults : postgresFaults;
  return draw(`${seed}/outer/${number}`, kinds as Record<OuterFault, number>, 3_000);
}

// --- internal ---

function draw<K extends string>(seed: string, kinds: Record<K, number>, gapMs: number): Fault<K> {
  const random = new Random(seed);
  return {
    kind: random.weighted(kinds),
    afterMs: random.between(0.1, 1.9) * gapMs,
    lastsMs: random.between(200, 3_000),
    steps: 1 + Math.floor(400 * random.next() ** 2),
    failures: random.chance(0.5) ? 1 : 1 + random.below(60),
    errno: random.pick(Object.keys(errnos) as Errno[]),
  };
}
