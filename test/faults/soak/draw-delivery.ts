import { drawDocument, killerMark } from "./draw-document.ts";
import { Random } from "./random.ts";

/** How a file comes into the spool: by rename, by link, in one go, or piece by piece. */
export type Manner = "renamed" | "linked" | "whole" | "slow";

/** A file that is put into the spool. */
export interface Delivery {
  readonly name: string;
  readonly bytes: Buffer;
  readonly manner: Manner;
  /** Where it belongs: `archive`, `deleted` when empty, or why it must be refused. */
  readonly ending: "archive" | "deleted" | Reason;
  /** How long its writer waits before it, in milliseconds. */
  readonly pauseMs: number;
  /** In how many pieces a slow writer writes, and how long it rests between them, in milliseconds. */
  readonly pieces: number;
  readonly restMs: number;
}

type Spoiler = (text: string, random: Random) => string | Buffer;

/** The largest file that the service is told to take, in bytes. */
export const maxFileBytes = 128 * 1024;

/** What is done to a good document so that it must be refused, by the reason that must be given. */
const spoilers = {
  "not-json": (text) => `${text.slice(0, -1)},}`,
  "cut-off": (text, random) => text.slice(0, random.between(20, text.length - 1)),
  invalid: (text) => text.replace('"origin":', '"orgin":'),
  "unknown-version": (text) => text.replace(/"major":\d/, '"major":9'),
  unstorable: (text) => text.replace('"text":"', '"text":"\\u0000'),
  "not-utf8": (text) => Buffer.from(text.replace("soak:", "soak:\xff"), "latin1"),
  empty: () => " \n\t\n",
  "too-large": (text) => " ".repeat(maxFileBytes) + text,
  "crash-loop": (text) => text.replace('"text":"', `"text":"${killerMark}`),
} satisfies Record<string, Spoiler>;

export type Reason = keyof typeof spoilers;

/** The name of a number's own file. */
export const nameOf = (number: number) => `f${number}.json`;

const endings = { archive: 90, deleted: 1, bad: 6, again: 3, "crash-loop": 0.3 };
const { "crash-loop": _, ...others } = spoilers;
const reasons = Object.keys(others) as Reason[];
const manners = { renamed: 60, linked: 15, whole: 15, slow: 10 };

/**
 * Draws the delivery of a number: mostly a good submission of its own, sometimes one that must be
 * refused, an empty file, or an earlier one again – its bytes under its name, its bytes under another,
 * or other bytes under its name. `meanPauseMs` sets the pace of a writer.
 */
export function drawDelivery(seed: string, number: number, meanPauseMs: number): Delivery {
  const random = new Random(`${seed}/delivery/${number}`);
  const pace = {
    pauseMs: random.chance(0.2) ? 0 : random.between(0, 2.5 * meanPauseMs),
    pieces: 2 + random.below(8),
    restMs: random.between(5, 300),
  };
  const own = { ...pace, ...good(seed, number), manner: random.weighted(manners) };
  const ending = random.weighted(endings);
  if (ending === "deleted") return { ...own, bytes: Buffer.alloc(0), manner: "whole", ending };
  if (ending === "again" && number > 0) {
    const earlier = drawDelivery(seed, Math.max(0, number - 1 - random.below(60)), meanPauseMs);
    if (earlier.ending !== "archive") return own;
    // A link never takes the place of what waits under the name.
    const [same, linked] = [
      { ...own, bytes: earlier.bytes },
      { ...own, name: earlier.name, manner: "linked" as const },
    ];
    return random.pick([same, linked, { ...linked, bytes: earlier.bytes }]);
  }
  if (ending !== "bad" && ending !== "crash-loop") return own;
  const reason = ending === "bad" ? random.pick(reasons) : ending;
  const spoiled = spoilers[reason](own.bytes.toString(), random);
  return { ...own, bytes: Buffer.from(spoiled), ending: reason };
}

// --- internal ---

function good(seed: string, number: number): Pick<Delivery, "name" | "bytes" | "ending"> {
  const text = JSON.stringify(drawDocument(seed, number));
  return { name: nameOf(number), bytes: Buffer.from(text), ending: "archive" };
}
