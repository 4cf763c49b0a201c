import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { type Errno, errnos, type Plan } from "./plan.ts";
import { kindOf, setScene } from "./scene.ts";
import { isFull, sweep } from "./sweep.ts";

setDefaultTimeout(isFull ? 1_200_000 : 60_000);

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
  for (const { title, kind: name, only, sticky } of cases) {
    const kind = kindOf(name);
    // Not yet: at step 108 of 288 a write was not given up within 20 s, while all packets were lost.
    const register = only === "postgres" && sticky ? test.todo : test.skipIf(!kind);
    register(`${title}, 2 lanes`, async () => {
      if (!kind) return;
      await using scene = await setScene(kind);
      // So many that each kind of failure of SQLite comes while rows are written.
      const sample = only === "sqlite" && sticky ? 7 : 4;
      const swept = await sweep(scene, { lanes: 2, what: all, only, sticky, sample });
      console.log(`errno sweep, ${title}: ${swept.steps} steps, ${swept.runs} runs`);
      expect(swept.runs).toBeGreaterThan(3);
    });
  }
});
