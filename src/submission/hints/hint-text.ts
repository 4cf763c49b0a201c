import { isObject } from "../../base/is-object.ts";
import type { StringType } from "../versions/field.ts";
import { findViolation } from "../violation.ts";
import { type Advice, moveToMisc } from "./fix.ts";
import { advise, type HintCase, isNeeded, itemOf, leaveOut, writeInstead } from "./hint-case.ts";
import { toOrigin } from "./hint-pattern.ts";
import { leaveFileOut } from "./hint-url.ts";
import { meantTime } from "./meant-time.ts";
import { prefixMeanings, statusMeanings } from "./meant-word.ts";

/** What stands between the parts of a text that was sent as a list, where they make one text. */
const separators: Readonly<Record<string, string>> = {
  path: ".",
  command: " ",
  config_name: "+",
  comment: "\n",
  git_commit_message: "\n",
  log_excerpt: "\n",
};

/** Says what to write where a value that is no text is to be one. */
export function hintForText(given: HintCase, type: StringType): Advice | undefined {
  const { value, path, owner } = given.mistake;
  if (typeof value === "number" || typeof value === "boolean")
    return hintForScalar(given, type, value);
  if (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string")) {
    const name = String(path.at(-1));
    const between = Object.hasOwn(separators, name) ? separators[name] : undefined;
    const joined = value.join(between);
    const isWhole = value.length > 1 && between !== undefined && !findViolation(type, joined);
    const words = isWhole ? "write one text: " : "write one text, without square brackets: ";
    if (value.length > 1 && !isWhole)
      return writeInstead(given, "one is asked for, not a list: ", value[0]);
    return writeInstead(given, words, isWhole ? joined : value[0]);
  }
  if (isObject(value)) {
    const parts = Object.values(value).filter((part) => typeof part === "string");
    const [only] = typeof value.id === "string" ? [value.id] : parts;
    const isClear = (value.id !== undefined || parts.length === 1) && !findViolation(type, only);
    const { name, version } = value;
    if (path.at(-1) === "compiler" && typeof name === "string" && /^[\w.-]+$/.test(String(version)))
      return writeInstead(given, "write one text: ", `${name}-${version}`);
    if (isClear) return writeInstead(given, "write the text alone, without braces: ", only);
  }
  if (isNeeded(given.mistake)) {
    return type.format === "uri" ? leaveFileOut(given) : advise("write one text in double quotes");
  }
  if (owner && "misc" in owner.fields && typeof path.at(-1) === "string") {
    const hint = "write one text in double quotes; what has parts of its own goes into `misc`";
    return { hint, fix: moveToMisc(path, itemOf(given)) };
  }
  return leaveOut(given, "write one text in double quotes, or leave it out");
}

// --- internal ---

function hintForScalar(given: HintCase, type: StringType, value: number | boolean): Advice {
  const { path } = given.mistake;
  if (type.format === "date-time" && typeof value === "number") {
    const time = meantTime(value);
    if (time) return writeInstead(given, "seconds since 1970 are not accepted: write ", time);
    return leaveOut(
      given,
      "write a date and time, as 2025-01-31T23:59:59Z, or leave the field out",
    );
  }
  if (type.values?.includes("metric")) return leaveOut(given, prefixMeanings);
  if (type.values) {
    const word = typeof value === "boolean" ? (value ? "PASS" : "FAIL") : undefined;
    if (word && type.values.includes(word)) return writeInstead(given, "write ", word);
    return advise(
      `write a word, 0 of an exit code is "PASS" and any other "FAIL": ${statusMeanings}`,
    );
  }
  const text = String(value);
  if (!findViolation(type, text)) return writeInstead(given, "put it in double quotes: ", text);
  const { origin: own } = itemOf(given);
  const id = `${(typeof own === "string" && toOrigin(own)) || "origin"}:${text}`;
  if (!findViolation(type, id) && /id$/.test(String(path.at(-1)))) {
    return writeInstead(given, "an id is text that begins with the origin: ", id);
  }
  if (isNeeded(given.mistake)) {
    if (type.format === "uri") return leaveFileOut(given);
    const word = path.at(-1) === "origin" ? toOrigin(text) : "";
    const words = "an origin is text of lower-case letters, digits and _: write ";
    return word ? writeInstead(given, words, word) : advise("write text in double quotes");
  }
  return leaveOut(
    given,
    "a number is not what is asked for here: leave the field out if there is nothing else",
  );
}
