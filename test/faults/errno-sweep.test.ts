import { describe, expect, test } from "bun:test";
import { type Errno, errnos, type Plan } from "./plan.ts";
import { kindOf, setScene } from "./scene.ts";
import { isFull, sweep, tell } from "./sweep.ts";

/** Real processes and servers, on machines that others use, too. */
const timeoutMs = isFull ? 3_600_000 : 120_000;

const all = Object.keys(errnos) as Errno[];

interface Case {
  title: string;
  kind: "SQLite" | "Postgres";
  only: NonNullable<Plan["only"]>;
  sticky: boolean;
}

const cases: Case[] = [
  { title: "a call of the file system", kind: "SQLite", only: "fs", sticky: false },
  { title: "the file system from some call on", kind: "SQLite", only: "fs", sticky: true },
  { title: "a call of SQLite", kind: "SQLite", only: "sqlite", sticky: false },
  { title: "SQLite from some call on", kind: "SQLite", only: "sqlite", sticky: true },
  { title: "a packet to or from Postgres", kind: "Postgres", only: "postgres", sticky: false },
  { title: "Postgres from some packet on", kind: "Postgres", only: "postgres", sticky: true },
];

describe("a failure of any call loses and doubles nothing", () => {
  // Each in turn costs too much for every day.
  for (const workers of isFull ? [1, 3] : [2]) {
    for (const { title, kind: name, only, sticky } of cases) {
      const kind = kindOf(name);
      test.skipIf(!kind)(
        `${title}, ${workers} workers`,
        async () => {
          if (!kind) return;
          await using scene = await setScene(kind);
          // As many as it takes that each kind of failure of SQLite comes while rows are written.
          const sample = only === "sqlite" && sticky ? 7 : 4;
          const swept = await sweep(scene, { workers, what: all, only, sticky, sample });
          tell(`errno sweep, ${title}, ${name}, ${workers} workers`, swept);
          expect(swept.runs).toBeGreaterThan(3);
        },
        timeoutMs,
      );
    }
  }
});
