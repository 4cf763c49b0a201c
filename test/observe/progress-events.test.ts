import { expect, test } from "bun:test";
import { crashLoop } from "../../src/guard/crash-loop.ts";
import { progressEvents } from "../../src/observe/progress-events.ts";
import { Terminal } from "../../src/observe/terminal.ts";
import type { Outcome } from "../../src/worker/protocol.ts";
import { MemoryStream } from "./stream.ts";

const file = { name: "a.json", bytes: 5, mtimeMs: 0, inode: 1 };
const outcomes = {
  ingested: { kind: "ingested", file, rows: 1, version: "5.3" },
  refused: { kind: "refused", file, refusal: crashLoop("it hangs") },
  vanished: { kind: "vanished", file },
  kept: { kind: "kept", file },
} as const satisfies Record<string, Outcome>;
type Kind = keyof typeof outcomes;

/** A progress line on a terminal, with a clock that a second passes at each look. */
function watched(waiting: number) {
  const stream = new MemoryStream(true);
  const state = { waiting };
  let nowMs = 0;
  const now = () => {
    nowMs += 1_000;
    return nowMs;
  };
  const { events } = progressEvents(new Terminal(stream), () => state.waiting, now);
  /** A batch comes back: each of its files is done with before it is told of, but for those that are kept. */
  const tell = (kinds: readonly Kind[]) => {
    for (const one of kinds.map((kind) => outcomes[kind])) {
      const seconds = { wait: 0, prepare: 0, write: 0 };
      if (one.kind !== "kept") state.waiting--;
      if (one.kind === "ingested") events.onIngested?.(file, { ...one, seconds });
      if (one.kind === "refused") events.onRefused?.(file, one.refusal);
    }
  };
  const shown = () => [...stream.text.matchAll(/(\d+\/\d+) files/g)].map(([, share]) => share);
  return { state, tell, shown };
}

test("the total is all that was found, from the first file on, and grows only by arrivals", () => {
  const { state, tell, shown } = watched(6);
  tell(["ingested", "ingested", "refused"]);
  state.waiting += 2;
  tell(["ingested", "refused"]);
  expect(shown()).toEqual(["1/6", "2/6", "3/6", "4/8", "5/8"]);
});

test("files that are tried again are counted once, and none that vanished is missed at the end", () => {
  const { tell, shown } = watched(5);
  tell(["ingested", "kept", "kept"]);
  tell(["vanished", "ingested"]);
  tell(["kept", "ingested"]);
  tell(["ingested"]);
  expect(shown()).toEqual(["1/5", "2/5", "3/5", "4/4"]);
});
