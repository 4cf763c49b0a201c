import { isObject } from "../../base/is-object.ts";
import { Unread } from "../kept-value.ts";
import { printable } from "../text/printable.ts";
import type { FieldType, ListType } from "../versions/field.ts";
import { type Advice, replaceAt } from "./fix.ts";
import { advise, type HintCase, isNeeded, leaveOut, writeInstead } from "./hint-case.ts";
import { hintForText } from "./hint-text.ts";
import { meansNothing, meantBoolean, meantNumber } from "./meant-word.ts";

/** Says what to write where a value is of another type. */
export function hintForType(given: HintCase): Advice | undefined {
  const { type, value } = given.mistake;
  if (value instanceof Unread) return hintForUnread(given);
  const parsed = typeof value === "string" ? parseJson(value) : undefined;
  if (
    parsed !== undefined &&
    (type?.kind === "list" ? Array.isArray(parsed) : fits(type, parsed))
  ) {
    return writeInstead(
      given,
      "this is JSON in quotes: leave out the quotes, and every \\: ",
      parsed,
    );
  }
  if (typeof value === "string" && type?.kind !== "string" && meansNothing(value)) {
    if (!isNeeded(given.mistake))
      return leaveOut(given, "leave the field out if there is nothing to tell");
  }
  switch (type?.kind) {
    case "string":
      return hintForText(given, type);
    case "list":
      return hintForList(given, type);
    case "open":
    case "object":
    case "either":
      return hintForObject(given);
    case "boolean": {
      const meant = meantBoolean(value);
      if (meant !== undefined)
        return writeInstead(given, "write true or false, without quotes: ", meant);
      return leaveOut(given, "write true or false, or leave the field out");
    }
    case "integer":
    case "number":
      return hintForNumber(given);
  }
  return undefined;
}

// --- internal ---

/** What is too long to be looked into. */
function hintForUnread(given: HintCase): Advice | undefined {
  const { type } = given.mistake;
  if (type?.kind === "string") return hintForText(given, type);
  if (type?.kind === "list")
    return leaveOut(given, "write a list in square brackets, or leave the field out");
  if (type?.kind === "boolean")
    return leaveOut(given, "write true or false, or leave the field out");
  if (type?.kind === "integer" || type?.kind === "number") return hintForNumber(given);
  return leaveOut(
    given,
    "it is an object in braces: leave the field out if there is nothing to tell",
  );
}

function fits(type: FieldType | undefined, parsed: unknown): boolean {
  return (type?.kind === "object" || type?.kind === "open") && isObject(parsed);
}

/** An object or a list that a text holds. */
function parseJson(text: string): unknown {
  if (text.length > 1_000_000 || !/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function hintForList(given: HintCase, type: ListType): Advice {
  const { value, path } = given.mistake;
  const files = type.items.kind === "object" && type.items.name === "resource";
  if (isObject(value) && files && value.url === undefined) {
    const entries = Object.entries(value).filter(([, url]) => typeof url === "string");
    const list = entries.map(([name, url]) => ({ name, url }));
    if (list.length > 0)
      return writeInstead(given, "write a list with `name` and `url` of each file: ", list);
  }
  if (typeof value === "string" && files) {
    const name = /([^/?#]+)\/?(?:[?#].*)?$/.exec(value)?.[1] ?? "file";
    return writeInstead(given, "write a list with `name` and `url` of each file: ", [
      { name, url: value },
    ]);
  }
  const parts = isObject(value) && path.length === 1 ? Object.values(value) : [];
  if (isObject(value) && value.id === undefined && parts.length > 0 && parts.every(isObject)) {
    if (parts.every(({ id }) => id === undefined)) {
      const list = Object.entries(value).map(([id, part]) => ({ id, ...(part as object) }));
      const words =
        "write a list in square brackets, with the name before each object as its `id`: ";
      return writeInstead(given, words, list);
    }
    const hint =
      "write a list in square brackets: the objects alone, without the names before them";
    return { hint, fix: [replaceAt(path, parts)] };
  }
  const hint = "put it in square brackets, even if there is only one";
  return { hint, fix: [replaceAt(path, [value])] };
}

function hintForObject(given: HintCase): Advice | undefined {
  const { value, path, type } = given.mistake;
  const name = String(path.at(-1));
  if (Array.isArray(value) && value.length === 1 && isObject(value[0])) {
    return writeInstead(given, "without square brackets: ", value[0]);
  }
  if (type?.kind === "open") {
    const field = Array.isArray(value) ? "list" : "note";
    return writeInstead(given, "`misc` is an object, with names of your own: ", { [field]: value });
  }
  if (name === "environment") {
    return writeInstead(given, "it is an object; words on it are its `comment`: ", {
      comment: String(value),
    });
  }
  if (name === "number" && ["number", "string"].includes(typeof value)) {
    const number = typeof value === "string" ? meantNumber(value, false) : value;
    const measured = { value: number ?? value };
    return writeInstead(given, "a measurement is an object: ", measured);
  }
  if (name === "culprit") {
    const word = ["code", "tool", "harness"].find((one) => one === value);
    if (word) return writeInstead(given, "say yes or no for each: ", { [word]: true });
    return leaveOut(
      given,
      'say yes or no for each, as {"code": true, "tool": false, "harness": false}, or leave it out',
    );
  }
  if (type?.kind === "object" && typeof value === "string" && type.name === "resource") {
    const file = /([^/?#]+)\/?(?:[?#].*)?$/.exec(value)?.[1] ?? "file";
    return writeInstead(given, "each file is an object: ", { name: file, url: value });
  }
  if (type?.kind === "object" && typeof path.at(-1) === "number") {
    const needed = Object.entries(type.fields).flatMap(([field, { required }]) =>
      required ? [field] : [],
    );
    const fields = needed.map((field) => `\`${field}\``).join(", ");
    return leaveOut(
      given,
      `each ${type.name} is an object in braces with at least ${fields}; leave out what is none`,
    );
  }
  return leaveOut(
    given,
    "it is an object in braces: leave the field out if there is nothing to tell",
  );
}

function hintForNumber(given: HintCase): Advice | undefined {
  const { value, type, path, owner } = given.mistake;
  const isWhole = type?.kind === "integer";
  if (typeof value === "boolean") {
    if (isWhole)
      return writeInstead(given, "write a whole number, without quotes: ", Number(value));
    return leaveOut(given, "write a number, or leave the field out");
  }
  if (typeof value === "string") {
    const digits = isWhole
      ? /^\D{0,3}?(\d{1,9})$/.exec(value.replaceAll(/[-.:/]/g, "").slice(0, 12))?.[1]
      : undefined;
    const isSpan = path.at(-1) === "duration";
    const number = digits === undefined ? meantNumber(value, isSpan) : Number(digits);
    if (number !== undefined && (!isWhole || Number.isInteger(number))) {
      const isQuoted = /^-?[0-9.]+$/.test(value.trim());
      const words = isSpan ? "a number of seconds" : "a number";
      return writeInstead(
        given,
        isQuoted ? "leave out the quotes: " : `write ${words} without unit and quotes: `,
        number,
      );
    }
  }
  if (typeof value === "number")
    return writeInstead(given, "write a whole number: ", Math.max(0, Math.trunc(value)));
  if (isNeeded(given.mistake)) {
    if (isWhole)
      return writeInstead(
        given,
        `number the versions of an ${owner?.name === "incident" ? "issue" : owner?.name}, the first is `,
        1,
      );
    return advise("write a number without quotes");
  }
  const shown = typeof value === "string" ? printable(value, 40) : "it";
  return leaveOut(given, `${shown} is no number: leave the field out, or put it into \`misc\``);
}
