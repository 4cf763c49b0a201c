import type { Parameters, ReadText } from "../../given.ts";
import { isIp } from "./is-ip.ts";
import { parseUrl } from "./parse-url.ts";
import { type ConnectionSettings, readSettings } from "./settings.ts";
import { withDefaults } from "./with-defaults.ts";

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

/** The parameters as one URL, which is read back as the same. */
function toUrl(parameters: Parameters, scheme = "postgres"): string {
  const text = (name: string) => encodeURIComponent(parameters.get(name)?.value ?? "");
  const [host, port] = [parameters.get("host")?.value ?? "", parameters.get("port")?.value ?? ""];
  const inQuery = new Map(parameters);
  const take = (name: string) => {
    inQuery.delete(name);
    return text(name);
  };
  let authority = take("user");
  if (parameters.has("password")) authority += `:${take("password")}`;
  if (authority) authority += "@";
  if (!/[,]/.test(host + port)) {
    authority += isIp(take("host") && host) === 6 ? `[${host}]` : text("host");
    if (take("port")) authority += `:${port}`;
  }
  const path = take("dbname");
  const query = [...inQuery.keys()]
    .map((name) => `${name}=${text(name).replaceAll("%2F", "/")}`)
    .join("&");
  return `${scheme}://${authority}${path || !authority ? `/${path}` : ""}${query ? `?${query}` : ""}`;
}
