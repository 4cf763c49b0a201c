import { lstatSync } from "node:fs";
import { escapeText } from "../base/escape-text.ts";
import { InputFault } from "./read-input.ts";

/**
 * Yields the files that the words of a command line name: a word that is a file, or has no `*`, `?`,
 * `[` or `{`, as it is; any other as a pattern, for shells that expand none and folders with more names
 * than a command line holds. A pattern gives regular files in order of their names, and an `InputFault`
 * where it matches none.
 */
export async function* expandPatterns(
  words: readonly string[],
): AsyncGenerator<string | InputFault> {
  for (const word of words) {
    if (isFile(word)) yield word;
    else yield* await match(word);
  }
}

// --- internal ---

function isFile(word: string): boolean {
  if (!/[*?[{]/.test(word)) return true;
  try {
    // A file may have any name, and is then meant by it.
    return lstatSync(word, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // What cannot be looked at cannot be read either, which is told then.
    return false;
  }
}

async function match(pattern: string): Promise<(string | InputFault)[]> {
  const files: string[] = [];
  let cause: unknown;
  try {
    for await (const file of new Bun.Glob(pattern).scan({ onlyFiles: true })) files.push(file);
  } catch (thrown) {
    cause = thrown;
  }
  if (files.length > 0 && cause === undefined) return files.sort();
  const { code } = (cause ?? {}) as { code?: string };
  const isAbsent = code === undefined || code === "ENOENT" || code === "ENOTDIR";
  const why = isAbsent ? "no file matches it" : String((cause as Error).message);
  return [
    new InputFault(`cannot read ${escapeText(pattern)}: ${why}`, {
      operation: "read",
      path: pattern,
      class: "operator",
      code,
      cause,
    }),
  ];
}
