import { parseUrl } from "./parse-url.ts";
import type { Parameters } from "./refusal.ts";
import type { ReadText } from "./service-file.ts";
import { type ConnectionSettings, readSettings, toUrl, withDefaults } from "./settings.ts";

/** Everything that a connection needs, also as one URL. */
export interface ResolvedConnection {
  readonly settings: ConnectionSettings;
  readonly url: string;
}

/**
 * What a URL and the environment mean together, as with libpq: what the URL says, else the service that
 * it names, else the environment. `from` names the flag or variable of the URL. Throws `StoreFault`
 * (operator) whose `path` is the flag or variable that cannot be used.
 */
export function readConnection(
  from: string,
  url: string,
  env: Readonly<Record<string, string | undefined>>,
  readText: ReadText,
): ResolvedConnection {
  return resolve(parseUrl(from, url), url.split(":", 1)[0], env, readText);
}

/** The same for parameters that were given one by one. */
export function resolve(
  given: Parameters,
  scheme: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  readText: ReadText,
): ResolvedConnection {
  const parameters = withDefaults(given, env, readText);
  return { settings: readSettings(parameters), url: toUrl(parameters, scheme) };
}
