import { secretsOfUrl } from "../../base/given-secrets.ts";
import { knowSecrets } from "../../base/known-secrets.ts";
import { readDatabaseUrl } from "../../config/database-url.ts";
import { firstSetting, readWord } from "../../config/settings.ts";
import type { Bound } from "../../results/recent.ts";
import type { Reader } from "../../store/reader.ts";
import { storeKind } from "../../store/store-kind.ts";
import { exitCodes } from "../command.ts";
import { printError } from "../print-error.ts";
import { readerTimeouts } from "../reader-timeouts.ts";

/** Opens the database that a flag or the environment names, for reading, while `work` lasts. */
export async function withResults<T>(
  database: string | undefined,
  work: (db: Reader) => Promise<T>,
): Promise<T> {
  const url = readDatabaseUrl(database, process.env);
  using _secrets = knowSecrets(secretsOfUrl(url));
  await using reader = await storeKind(url).openReader(url, readerTimeouts);
  return await work(reader);
}

/** The exit code that `--fail-on` asks for. */
export async function exitCodeFor(
  given: string | undefined,
  found: Readonly<Record<"failure" | "regression", () => boolean | Promise<boolean>>>,
): Promise<number> {
  const word = readFailOn(given);
  if (word === "") return exitCodes.ok;
  const isBad = await found[word]();
  return isBad ? exitCodes.refused : exitCodes.ok;
}

/** Checks `--fail-on` before anything is read. Throws `ConfigFault` (usage). */
export function readFailOn(given: string | undefined): "regression" | "failure" | "" {
  if (given === undefined) return "";
  return readWord(firstSetting(["--fail-on", given]), "failure", ["regression", "failure"]);
}

/** Says what was looked at alone, where not all was. */
export async function tellOfBound(bound: Bound | undefined): Promise<void> {
  if (!bound) return;
  const last = bound.of === "commits" ? "newest commits" : `${bound.of} ingested last`;
  await note(
    `only the ${bound.count} ${last} were searched; use --commit for a whole one, --all for everything`,
  );
}

/** Says something beside the rows, to whoever watches. */
export async function note(text: string): Promise<void> {
  await printError(`${text}\n`);
}
