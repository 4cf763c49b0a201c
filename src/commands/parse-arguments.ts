import { type ArgDef, type ArgsDef, type ParsedArgs, parseArgs } from "citty";
import { nearest } from "../base/nearest.ts";
import { ConfigFault } from "../config/fault.ts";
import { printable } from "../submission/text/printable.ts";

/**
 * One flag of a command. Its `valueHint` says what its value is: `N`, `FILE`, `DIR`; words to choose
 * from stand as `text|json`.
 */
export type Flag = Extract<ArgDef, { type?: "boolean" | "string" }> & {
  /** May be given several times: `valuesOf` gives all. */
  repeatable?: boolean;
};

/** Between the values of a flag that was given several times: no word of a command line holds it. */
const separator = "\0";

/** All values of a flag that may be given several times. */
export function valuesOf(value: string | undefined): string[] {
  return value === undefined ? [] : value.split(separator);
}

/** The flags of a command by their names, without dashes. */
export type Flags = Readonly<Record<string, Flag>> & ArgsDef;

/** What a command line gave: its flags, and under `_` the words that are none. */
export type Arguments<F extends Flags> = ParsedArgs<F>;

/**
 * Reads the words that follow a command. Of a flag given twice the last counts, unless it may be repeated. Throws `ConfigFault`
 * (usage) on what citty would let pass: unknown flags, flags without their value or with one too
 * many, and more or fewer operands than the command takes.
 */
export function parseArguments<F extends Flags>(
  command: { args: F; operands?: string },
  words: readonly string[],
): Arguments<F> {
  const flags = new Map(Object.entries(command.args));
  const given = new Map<string, string>();
  const operands: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "--") {
      operands.push(...words.slice(at + 1));
      break;
    }
    if (!word.startsWith("-") || word === "-") {
      operands.push(word);
      continue;
    }
    const [dashed, value] = split(word);
    const name = dashed.slice(2);
    const flag = dashed.startsWith("--") ? flags.get(name) : undefined;
    if (!flag) throw unknown(dashed, [...flags.keys()]);
    if (flag.type === "boolean") {
      if (value !== undefined) throw usage(`${dashed}: expected no value, got ${printable(value)}`);
      given.set(name, dashed);
      continue;
    }
    const next = value ?? words[++at];
    if (next === undefined) throw usage(`${dashed}: expected a value, got nothing`);
    if (value === undefined && next.startsWith("--")) {
      const meant = `write ${dashed}=${printable(next)} if that is the value`;
      throw usage(`${dashed}: expected a value, got ${printable(next)}`, meant);
    }
    const former = flag.repeatable ? given.get(name) : undefined;
    given.set(name, former === undefined ? `${dashed}=${next}` : former + separator + next);
  }
  checkOperands(command, operands);
  return parseArgs<F>([...given.values(), "--", ...operands], command.args);
}

// --- internal ---

function split(word: string): [name: string, value: string | undefined] {
  const at = word.indexOf("=");
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

/** Holds the operands against what the command says it takes. */
function checkOperands(
  { operands: expected, args }: { operands?: string; args: Flags },
  operands: readonly string[],
): void {
  const [first, second] = operands;
  if (expected === undefined) {
    if (first === undefined) return;
    throw usage(`expected only flags, got ${printable(first)}`, flagMeant(args, first));
  }
  if (expected.startsWith("[")) return;
  const isMany = expected.endsWith("…");
  const places = expected.split(" ").length;
  if (places > 1) {
    if (operands.length === places) return;
    throw usage(
      `expected ${expected}, got ${operands.map((word) => printable(word)).join(" ") || "nothing"}`,
    );
  }
  if (first === undefined) {
    throw usage(
      `expected ${isMany ? "at least one " : ""}${expected.replace("…", "")}, got nothing`,
    );
  }
  if (second !== undefined && !isMany) {
    throw usage(`expected one ${expected}, got ${printable(second)} as well`);
  }
  const words = expected.split("|");
  if (words.length > 1 && !words.includes(first)) {
    throw usage(`expected ${words.join(" or ")}, got ${printable(first)}`);
  }
}

/** Where one flag alone takes a value, the word can be meant for no other. */
function flagMeant(args: Flags, word: string): string | undefined {
  const [name, other] = Object.keys(args).filter((one) => args[one]?.type === "string");
  if (name === undefined || other !== undefined) return undefined;
  return `write --${name} ${printable(word)} if you mean it`;
}

function unknown(flag: string, known: readonly string[]): ConfigFault {
  const close = nearest(
    flag,
    known.map((name) => `--${name}`),
  );
  return usage(`unknown flag ${printable(flag).slice(1, -1)}`, close && `did you mean ${close}?`);
}

function usage(message: string, hint?: string): ConfigFault {
  return new ConfigFault(message, { operation: "read the command line", usage: true, hint });
}
