import { isRawJson } from "../../base/raw-json.ts";
import { countCodePoints } from "../text/code-points.ts";
import { type Advice, moveTo, replaceAt } from "./fix.ts";
import {
  advise,
  adviseLater,
  type HintCase,
  isVersion,
  leaveOut,
  writeInstead,
} from "./hint-case.ts";

const maxVersion = 2_147_483_647;
/** A hint shows less of a text. */
const shownCharacters = 100;
/** So much of a long text is looked at at once. */
const pieceCharacters = 4_096;

/** Says what to do about what no database holds (`submission/README.md` 5). */
export function hintForUnstorable(given: HintCase): Advice | undefined {
  const { value, path, expected, hint } = given.mistake;
  if (hint !== undefined) {
    const text = isRawJson(value) ? value.rawJSON : String(value);
    return advise(hint, replaceAt(path, text));
  }
  if (typeof value === "string") return hintForText(given, value);
  if (isRawJson(value)) {
    const words = "send a number of that size or precision as text: ";
    return writeInstead(given, words, value.rawJSON);
  }
  if (typeof value === "number") {
    if (isVersion(path)) {
      const seconds = Math.trunc(value / 1000);
      if (value < 1e11 || seconds > maxVersion)
        return writeInstead(given, "count from 1 upwards: ", 1);
      return writeInstead(given, "count in seconds, or from 1 upwards: ", seconds);
    }
    return leaveOut(given, "leave the field out, or put the number as text into `misc`");
  }
  if (/levels/.test(expected)) return advise("nest it less deep, or send the deep part as text");
  return advise("send less of it: what is large belongs into a file with a URL");
}

// --- internal ---

function hintForText(given: HintCase, value: string): Advice | undefined {
  const { path, expected } = given.mistake;
  if (/NUL|surrogate/.test(expected)) {
    const clean = () => withoutNul(value).toWellFormed();
    const what = value.includes("\0")
      ? "take the \\u0000 out"
      : "half of a character was cut off: take it out";
    const name = path.at(-1);
    // A name with such a character is told by its own value.
    if (name === value)
      return adviseLater(`${what} of the name`, () => [
        moveTo(path, [...path.slice(0, -1), clean()]),
      ]);
    const { hint } = writeInstead(given, `${what}: `, beginning(value).toWellFormed());
    return adviseLater(hint, () => [replaceAt(path, clean())]);
  }
  if (/years/.test(expected))
    return leaveOut(given, "no such time is meant: leave the field out if it is not known");
  const [, max = "0", unit = ""] = /^at most (\d+) (bytes|characters)/.exec(expected) ?? [];
  const size = unit === "bytes" ? Buffer.byteLength(value) : countCodePoints(value);
  // What other fields of the entry take is not known here: half of it is enough for any.
  const most = expected.includes("together") ? Math.trunc(Number(max) / 2) : Number(max);
  const rest = Math.min(most, size - 1);
  const hint = `it has ${size} ${unit}: cut ${size - rest}`;
  const kept = cut(value, rest, unit === "bytes");
  return advise(hint, replaceAt(path, kept));
}

function withoutNul(text: string): string {
  return text.replaceAll("\0", "");
}

/** More of a text than a hint shows, without NUL. */
function beginning(value: string): string {
  let text = "";
  for (let from = 0; from < value.length && text.length < shownCharacters; from += pieceCharacters)
    text += withoutNul(value.slice(from, from + pieceCharacters));
  return text;
}

function cut(value: string, max: number, inBytes: boolean): string {
  const characters = [...value.slice(0, 2 * max)].slice(0, max);
  if (!inBytes) return characters.join("");
  let text = characters.join("");
  while (Buffer.byteLength(text) > max)
    text = text
      .slice(0, -1)
      .toWellFormed()
      .replace(/\ufffd$/, "");
  return text;
}
