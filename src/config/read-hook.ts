import { type Setting, unexpected } from "./settings.ts";

/** Whom to tell of something: a program that is run, or a server that is sent a request. */
export type Hook =
  | { readonly kind: "command"; readonly words: readonly string[] }
  | { readonly kind: "url"; readonly url: string };

/**
 * Reads a hook: an http(s) URL, or a command line, which no shell sees. Its words stand between blanks; quotes
 * keep blanks within one, as in a shell. Throws `ConfigFault`.
 */
export function readHook(setting: Setting): Hook {
  const text = setting.value.trim();
  if (/^https?:/i.test(text)) {
    const url = URL.parse(text);
    if (url?.hostname) return { kind: "url", url: url.href };
    throw unexpectedHidden(setting, "an http(s) URL with a host");
  }
  const words = wordsOf(text);
  const [program = ""] = words ?? [];
  if (!words || program === "") throw unexpectedHidden(setting, "a command or an http(s) URL");
  if (Bun.which(program)) return { kind: "command", words };
  throw unexpected(
    { ...setting, value: program },
    "a program that exists and is executable",
    "give its path, or make sure it is on the PATH; for shell syntax write sh -c '…'",
  );
}

/** A hook for the log: whatever may be a secret is left out. */
export function describeHook(hook: Hook): string {
  return hook.kind === "url" ? new URL(hook.url).origin : (hook.words[0] ?? "");
}

// --- internal ---

/** The words of a command line; undefined where a quote is not closed. */
function wordsOf(text: string): string[] | undefined {
  const word = /(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/gsy;
  const words: string[] = [];
  for (let at = 0; at < text.length; at = word.lastIndex) {
    word.lastIndex = at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0);
    const found = word.exec(text);
    if (!found) return undefined;
    words.push(unquote(found[0]));
  }
  return words;
}

function unquote(word: string): string {
  return word.replace(
    /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/gs,
    (_, double?: string, single?: string, escaped?: string) =>
      double?.replace(/\\(["\\])/g, "$1") ?? single ?? escaped ?? "",
  );
}

/** What was given may hold a secret. */
function unexpectedHidden({ name }: Setting, expected: string) {
  return unexpected({ name, value: "…" }, expected);
}
