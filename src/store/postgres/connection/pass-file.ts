import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { type Given, refusal } from "../../given.ts";

/** What a line of a password file is found by. */
export interface PassKey {
  host: string;
  port: number;
  database: string;
  user: string;
}

/** The password of the first line that fits: `HOST:PORT:DATABASE:USER:PASSWORD`, `*` fits all. */
export function findPassword(text: string, key: PassKey): string | undefined {
  const wanted = [key.host, String(key.port), key.database, key.user];
  for (const raw of text.split("\n")) {
    const line = raw.replace(/\r$/, "");
    if (line.startsWith("#")) continue;
    const [, ...fields] = passLine.exec(line) ?? [];
    const fits = wanted.every((value, at) => fields[at] === "*" || plain(fields[at]) === value);
    if (fields.length > 0 && fits) return plain(fields[4]);
  }
  return undefined;
}

/**
 * The text of the password file: the one that was given, else `~/.pgpass`. As with libpq, nobody but its
 * owner may read it: one that was given is refused else (`StoreFault`, operator), the other passed over.
 */
export function readPassFile(given: Given | undefined): { text: string; passedOver?: string } {
  const path = given?.value ?? atHome(".pgpass");
  try {
    const { mode } = statSync(path);
    // `/dev/null` says that there are no passwords.
    if ((mode & 0o170_000) !== 0o100_000) return { text: "" };
    if ((mode & 0o077) === 0) return { text: readFileSync(path, "utf8") };
    if (!given) return { text: "", passedOver: path };
  } catch (cause) {
    if (!given) return { text: "" };
    const code = (cause as { code?: string }).code ?? String(cause);
    throw refusal(
      given.from,
      `cannot read ${path}: ${code}`,
      "name a file that this user can read",
    );
  }
  throw refusal(given.from, `others may read ${path}`, `chmod 600 ${path}`);
}

/** A file of the user's own. */
export function atHome(...names: readonly string[]): string {
  return join(process.env.HOME || homedir(), ...names);
}

// --- internal ---

/** Four fields, and the password, which is the rest of the line. */
const passLine = /^((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):(.*)$/;

function plain(field = ""): string {
  return field.replace(/\\(.)/g, "$1");
}
