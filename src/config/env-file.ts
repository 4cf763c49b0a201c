import { readFileSync } from "node:fs";
import { givenSecrets } from "../base/given-secrets.ts";
import { knowSecrets } from "../base/known-secrets.ts";
import type { Environment } from "./config.ts";
import { ConfigFault } from "./fault.ts";

/**
 * The environment with the variables of a file of systemd's `EnvironmentFile=` on top, as the service has
 * them; without a file as it is. What is secret in them is masked from now on. Throws `ConfigFault`.
 */
export function withEnvFile(file: string | undefined, env: Environment): Environment {
  if (file === undefined) return env;
  const variables = parseEnvFile(readText(file), file);
  knowSecrets(givenSecrets(variables, []));
  return { ...env, ...variables };
}

/**
 * The variables of such a file (systemd.exec(5)): `NAME=value` a line, the last of a name counts; comments
 * begin with `#` or `;`. A value may be in quotes, a `\` takes the meaning of the next character, a line
 * that ends with one goes on. What systemd passes over, and what is read differently elsewhere, is refused:
 * `ConfigFault` with the line, which does not show the value.
 */
export function parseEnvFile(text: string, file: string): Record<string, string> {
  const variables: Record<string, string> = {};
  const source = text.replaceAll("\r\n", "\n");
  for (let at = 0; at < source.length; ) {
    const lineEnd = endOfLine(source, at);
    const line = source.slice(at, lineEnd);
    if (/^[ \t]*(?:[#;]|$)/.test(line)) {
      at = lineEnd + 1;
      continue;
    }
    const start = at;
    const refuse = (message: string, hint?: string) =>
      unusable(file, source.slice(0, start).split("\n").length, message, hint);
    const [head = "", , name = ""] = /^([ \t]*([^=\n]*?)[ \t]*=)/.exec(line) ?? [];
    if (!head) throw refuse("expected NAME=value");
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      const isExported = /^export[ \t]/.test(name);
      throw refuse("expected the name of a variable", isExported ? "leave out export" : undefined);
    }
    const { value, end } = readValue(source, at + head.length, refuse);
    if (/\0|\ufffd/.test(value)) throw refuse(`${name}: expected text in UTF-8 without NUL`);
    variables[name] = value;
    at = end + 1;
  }
  return variables;
}

// --- internal ---

type Refuse = (message: string, hint?: string) => ConfigFault;

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const code = (cause as { code?: string }).code ?? String(cause);
    throw new ConfigFault(`cannot read the file of variables ${file}: ${code}`, {
      operation: "read the file of variables",
      path: file,
      cause,
      hint: "use --env-file to name a file this user can read, such as the EnvironmentFile= of the unit",
    });
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

/** Reads a value that begins at a place; `end` is where its last line ends. */
function readValue(text: string, from: number, refuse: Refuse): { value: string; end: number } {
  let at = from;
  while (text[at] === " " || text[at] === "\t") at++;
  const quote = text[at];
  return quote === '"' || quote === "'" ? readQuoted(text, at, quote, refuse) : readPlain(text, at);
}

function readPlain(text: string, from: number): { value: string; end: number } {
  let value = "";
  /** How much of it is no white space at its end, but for escaped one. */
  let length = 0;
  let at = from;
  for (; at < text.length && text[at] !== "\n"; at++) {
    const isEscaped = text[at] === "\\" && at + 1 < text.length;
    if (isEscaped && text[++at] === "\n") continue;
    value += text[at];
    if (isEscaped || !/[ \t\r]/.test(text[at] ?? "")) ({ length } = value);
  }
  return { value: value.slice(0, length), end: at };
}

function readQuoted(
  text: string,
  from: number,
  quote: string,
  refuse: Refuse,
): { value: string; end: number } {
  let value = "";
  let at = from + 1;
  for (; at < text.length && text[at] !== quote; at++) {
    if (quote === '"' && text[at] === "\\") {
      const next = text[++at] ?? "";
      // A line that goes on; of other characters the backslash stays, too.
      if (next === "\n") continue;
      if (!'"\\`$'.includes(next)) value += "\\";
      value += next;
      continue;
    }
    value += text[at];
  }
  if (text[at] !== quote) throw refuse(`expected ${quote} at the end of the value`);
  const end = endOfLine(text, at);
  if (text.slice(at + 1, end).trim() !== "") {
    throw refuse(
      "expected nothing after the closing quote",
      "put the whole value into one pair of quotes",
    );
  }
  return { value, end };
}

function unusable(file: string, line: number, message: string, hint?: string): ConfigFault {
  return new ConfigFault(`${file}:${line}: ${message}`, {
    operation: "read the file of variables",
    path: file,
    hint: hint ?? "the file format is that of systemd's EnvironmentFile=",
  });
}
