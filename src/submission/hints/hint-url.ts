import type { StringType } from "../versions/field.ts";
import { type Advice, removeAt } from "./fix.ts";
import { advise, type HintCase, isNeeded, leaveOut, writeInstead } from "./hint-case.ts";
import { isLocalPath, localPathAdvice, meantUrl } from "./meant-url.ts";

/** Says what to write for a text that is no URL, or not one that is taken. */
export function hintForUrl(given: HintCase, type: StringType, value: string): Advice {
  const { path } = given.mistake;
  const isOfFile = isNeeded(given.mistake);
  if (isLocalPath(value)) {
    const { hint, place } = isOfFile
      ? { hint: localFileHint, place: path.slice(0, -1) }
      : { hint: localPathAdvice.hint, place: path };
    return { hint, fix: [removeAt(place)] };
  }
  const meant = meantUrl(value, type);
  if (meant) return writeInstead(given, `${meant.words}: `, meant.url);
  if (isOfFile) return leaveFileOut(given);
  const hint =
    type.pattern && /^[a-z+]+:/i.test(value)
      ? "only an https:// URL is taken here: leave the field out if there is none"
      : "a URL begins with a scheme, as https://; leave the field out if there is no URL";
  return leaveOut(given, hint);
}

/** What there is to do where a file has no URL, whatever stands in its place. */
export function leaveFileOut({ mistake }: HintCase): Advice {
  const hint =
    "a file is told by its `url`, as https://HOST/NAME: leave the whole file out while it has none";
  return advise(hint, removeAt(mistake.path.slice(0, -1)));
}

// --- internal ---

const localFileHint =
  "this names a file on one machine, which nobody else can open: leave the whole file out until it has a URL";
