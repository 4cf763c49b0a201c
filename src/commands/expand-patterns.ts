import { lstatSync } from "node:fs";
import { join } from "node:path";
import { type InputFault, inputFault } from "./read-input.ts";

/** What a pattern may stand for beside files. */
export interface ExpandOptions {
  /** Takes a folder for the submissions in it, and in the folders in that; packed ones too. */
  folders?: boolean;
}

/**
 * Yields the files that the words of a command line name: a word that is a file, or has no `*`, `?`,
 * `[` or `{`, as it is; any other as a pattern, for shells that expand none and folders with more names
 * than a command line holds. A pattern gives regular files in order of their names, and an `InputFault`
 * where it matches none.
 */
export async function* expandPatterns(
  words: readonly string[],
  { folders = false }: ExpandOptions = {},
): AsyncGenerator<string | InputFault> {
  for (const word of words) {
    if (folders && kindOf(word) === "folder") yield* await match(submissions, word);
    else if (kindOf(word) === "pattern") yield* await match(word);
    else yield word;
  }
}

// --- internal ---

const submissions = "**/*.json{,.gz,.zst}";

function kindOf(word: string): "file" | "folder" | "pattern" {
  const isPattern = /[*?[{]/.test(word);
  try {
    // A file may have any name, and is then meant by it.
    const stats = lstatSync(word, { throwIfNoEntry: false });
    if (stats?.isDirectory()) return "folder";
    return stats || !isPattern ? "file" : "pattern";
  } catch {
    // What cannot be looked at cannot be read either, which is told then.
    return isPattern ? "pattern" : "file";
  }
}

/** The files that a pattern matches, in a folder if it is of one. */
async function match(pattern: string, folder?: string): Promise<(string | InputFault)[]> {
  const files: string[] = [];
  let cause: unknown;
  try {
    const options = { onlyFiles: true, ...(folder === undefined ? {} : { cwd: folder }) };
    for await (const file of new Bun.Glob(pattern).scan(options)) {
      files.push(folder === undefined ? file : join(folder, file));
    }
  } catch (thrown) {
    cause = thrown;
  }
  if (files.length > 0 && cause === undefined) return files.sort();
  const { code } = (cause ?? {}) as { code?: string };
  const isAbsent = code === undefined || code === "ENOENT" || code === "ENOTDIR";
  const none = folder === undefined ? "no file matches it" : "it contains no submission";
  return [inputFault(folder ?? pattern, isAbsent ? none : String((cause as Error).message), cause)];
}
