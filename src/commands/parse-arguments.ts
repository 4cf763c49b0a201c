import { type ArgsDef, type ParsedArgs, parseArgs } from "citty";
import { ConfigFault } from "../config/fault.ts";
import { nearest } from "../nearest.ts";

/**
 * Reads the arguments of a command. Throws `ConfigFault` (usage) on what citty would let pass: unknown
 * flags, flags without their value or with one too many, and operands where none are taken.
 */
export function parseArguments<Args extends ArgsDef>(
  command: { args: Args; operands?: string },
  words: readonly string[],
): ParsedArgs<Args> {
  const flags = new Map(Object.entries(command.args));
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
    const [name = "", value] = split(word);
    const flag = flags.get(name.replace(/^--/, ""));
    if (!flag || !name.startsWith("--")) throw unknown(name, [...flags.keys()]);
    const takesValue = flag.type !== "boolean";
    if (!takesValue && value !== undefined)
      throw usage(`${name}: expected no value, got "${value}"`);
    if (!takesValue || value !== undefined) continue;
    at++;
    const given = words[at];
    if (given === undefined) throw usage(`${name}: expected a value, got nothing`);
    if (given.startsWith("--")) {
      throw usage(
        `${name}: expected a value, got ${given}`,
        `write ${name}=${given} if you mean it`,
      );
    }
  }
  if (operands.length > 0 && !command.operands) {
    throw usage(`expected flags only, got "${operands[0]}"`);
  }
  return parseArgs<Args>([...words], command.args);
}

// --- internal ---

function split(word: string): string[] {
  const at = word.indexOf("=");
  return at < 0 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

function unknown(flag: string, known: readonly string[]): ConfigFault {
  const close = nearest(
    flag,
    known.map((name) => `--${name}`),
  );
  return usage(`unknown flag ${flag}`, close && `did you mean ${close}?`);
}

function usage(message: string, hint?: string): ConfigFault {
  return new ConfigFault(message, { operation: "read the command line", usage: true, hint });
}
