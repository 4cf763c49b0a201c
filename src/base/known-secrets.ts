import { escapeText } from "./escape-text.ts";

/** A shorter one would be found in every text; patterns alone hide it. */
const minLength = 4;
/** From here on, and unless it looks like a word, one is looked for within words, too. */
const longLength = 8;
const word = /^(?:[a-z]+|[A-Z]+)$/;

/** What our own texts are made of: as a secret it hides nothing, and hiding it would spoil them. */
const commonWords = new Set(
  "true false null none text json info warn error fault host user name file class spool database password passwd postgres postgresql sqlite localhost 5432 transient operator refused admin root test".split(
    " ",
  ),
);

/** Every spelling of each known secret; how many times it was told of. */
const known = new Map<string, number>();
let pattern: RegExp | undefined;

/**
 * Lets `maskSecrets` hide these texts in whatever leaves this thread, in each spelling that a message
 * may have: as it is, percent-encoded and decoded, escaped. Forgotten when disposed of.
 */
export function knowSecrets(secrets: Iterable<string | undefined>): Disposable {
  const spellings = [...new Set([...secrets].flatMap((secret) => spellingsOf(secret ?? "")))];
  for (const one of spellings) known.set(one, (known.get(one) ?? 0) + 1);
  pattern = compile();
  return {
    [Symbol.dispose]() {
      for (const one of spellings.splice(0)) {
        const left = (known.get(one) ?? 1) - 1;
        if (left > 0) known.set(one, left);
        else known.delete(one);
      }
      pattern = compile();
    },
  };
}

/** What finds the known secrets in a text; undefined where none is known. */
export function knownSecrets(): RegExp | undefined {
  return pattern;
}

// --- internal ---

function spellingsOf(secret: string): string[] {
  const decoded = decode(secret);
  return [secret, decoded]
    .flatMap((text) => {
      const encoded = encodeURIComponent(text.toWellFormed());
      return [
        text,
        encoded,
        encoded.replaceAll("%20", "+"),
        encodeURI(text.toWellFormed()),
        asUserInfo(text),
        escapeText(text),
        JSON.stringify(text).slice(1, -1),
        text.replaceAll(/["\\]/g, "\\$&"),
      ];
    })
    .filter((text) => text.length >= minLength && !commonWords.has(text.toLowerCase()));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** As a URL spells it, which leaves more characters as they are than `encodeURIComponent`. */
function asUserInfo(text: string): string {
  const url = new URL("postgres://user@host");
  url.password = text;
  return url.password;
}

function compile(): RegExp | undefined {
  if (known.size === 0) return undefined;
  // The longest first: a part of one must not leave the rest of it.
  const all = [...known.keys()].sort((a, b) => b.length - a.length).map(toPattern);
  return new RegExp(all.join("|"), "giu");
}

function toPattern(secret: string): string {
  const literal = RegExp.escape(secret);
  const isLong = secret.length >= longLength && !word.test(secret);
  return isLong ? literal : String.raw`(?<![\p{L}\p{N}])${literal}(?![\p{L}\p{N}])`;
}
