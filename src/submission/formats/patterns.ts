/**
 * A pattern of the schema: its text there, which is Python's, and the test that gives Python's
 * verdict in JavaScript in linear time: `$` also matches before one trailing newline
 * (`submission/README.md` 3.1).
 */
export interface Pattern {
  /** As the specification writes it. */
  readonly source: string;
  /** The equivalent expression; tests and the JSON Schema use it. */
  readonly regex: RegExp;
  /** What it asks for, in words: "text without NUL". */
  readonly words: string;
  /** A quicker equivalent of `regex`, where there is one. */
  readonly test?: (text: string) => boolean;
}

const pathWords = "words of letters, digits, _ and - joined by single dots";
const idWords = "origin:name, the origin in lower-case letters, digits and _";

/** Every pattern that some version uses, by what it describes. */
export const patterns = {
  noNul: {
    source: "^[^\\0]*$",
    regex: /^[^\0]*$/,
    words: "text without NUL",
    test: (text) => !text.includes("\0"),
  },
  originOrEmpty: {
    source: "^[a-z0-9_]*$",
    regex: /^[a-z0-9_]*\n?$/,
    words: "lower-case letters, digits and _",
  },
  origin: {
    source: "^[a-z0-9_]+$",
    regex: /^[a-z0-9_]+\n?$/,
    words: "lower-case letters, digits and _, not empty",
  },
  idPrefix: { source: "^[a-z0-9_]+:", regex: /^[a-z0-9_]+:/, words: idWords },
  idLine: {
    source: "^[a-z0-9_]+:.*$",
    regex: /^[a-z0-9_]+:[^\n]*\n?$/,
    words: `${idWords}, in one line`,
  },
  id: { source: "^[a-z0-9_]+:[^\\0]*$", regex: /^[a-z0-9_]+:[^\0]*$/, words: idWords },
  commitHash: {
    source: "^[0-9a-f]{40}$",
    regex: /^[0-9a-f]{40}\n?$/,
    words: "40 lower-case hex digits",
  },
  revisionId: {
    source: "^[0-9a-f]{40}(\\+[0-9a-f]{64})?$",
    regex: /^[0-9a-f]{40}(?:\+[0-9a-f]{64})?\n?$/,
    words: "40 lower-case hex digits, for a patched revision followed by + and 64 more",
  },
  patchsetHash: {
    source: "^$|^[0-9a-f]{64}$",
    regex: /^(?:[0-9a-f]{64})?\n?$/,
    words: "64 lower-case hex digits, or empty text for no patches",
  },
  httpsOrGit: {
    source: "^(https|git)://.*$",
    regex: /^(?:https|git):\/\/[^\n]*\n?$/,
    words: "a URL that begins with https:// or git://",
  },
  https: {
    source: "^https://[^\\0]*$",
    regex: /^https:\/\/[^\0]*$/,
    words: "a URL that begins with https://",
  },
  dotsAndWords: {
    source: "^[.a-zA-Z0-9_-]*$",
    regex: /^[.a-zA-Z0-9_-]*\n?$/,
    words: "letters, digits, _, - and dots",
  },
  path: {
    source: "^([a-zA-Z0-9_-]+(\\.[a-zA-Z0-9_-]+)*)?$",
    // No group repeats: the engine gives up on those after a million times.
    regex: /^(?!\.)(?!.*\.\.)[.a-zA-Z0-9_-]*(?<!\.)\n?$/,
    words: pathWords,
  },
  compatibleOld: {
    source: "^[^ ]+(,[^ ]+)*$",
    regex: /^[^ ]+$/,
    words: "text without spaces, not empty",
  },
  compatible: {
    source: "^[^ \\0]+(,[^ \\0]+)*$",
    regex: /^[^ \0]+$/,
    words: "text without spaces and NUL, not empty",
  },
  fileNameOld: {
    source: "^[^/]+$",
    regex: /^[^/]+$/,
    words: "a file name without /, not empty",
  },
  fileName: {
    source: "^[^/\\0]+$",
    regex: /^[^/\0]+$/,
    words: "a file name without / and NUL, not empty",
  },
  version1: { source: "^1(\\.0)?$", regex: /^1(?:\.0)?\n?$/, words: '"1"' },
} as const satisfies Record<string, Pattern>;

/** Says whether a text has a pattern, by its quickest test. */
export function matches(pattern: Pattern, text: string): boolean {
  return pattern.test ? pattern.test(text) : pattern.regex.test(text);
}
