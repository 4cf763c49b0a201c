import { userInfo } from "node:os";
import { StoreFault } from "../fault.ts";
import { type Parameters, refusal } from "../given.ts";
import { noSurroundings, type StoreKind, type Surroundings } from "../kind.ts";
import { knownParameters, libpqVariables } from "./connection/known-parameters.ts";
import { parseUrl, unknownParameter } from "./connection/parse-url.ts";
import { readConnection, resolve } from "./connection/read-connection.ts";

/** A server that many programs share: for production. */
export const postgres: StoreKind = {
  title: "Postgres",
  schemes: ["postgres", "postgresql"],
  urlForm: "postgres://…",
  parallelWrites: Number.POSITIVE_INFINITY,
  migratesItself: false,
  variables: libpqVariables,
  secretVariables: Object.values(knownParameters).flatMap(({ env, secret }) =>
    env && secret ? [env] : [],
  ),
  placeVariables: ["PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGSERVICE"],
  readUrl({ from, value: given }, { env, readText }) {
    const value = given.trimEnd();
    if (!/:(?:\/\/|$)/.test(value)) {
      throw refusal(from, "expected a URL as in postgres://user@host:5432/name");
    }
    return readConnection(from, value, env, readText).url;
  },
  fromParameters,
  identify(url) {
    const { env, readText } = noSurroundings;
    const { settings } = readConnection("the URL", url, env, readText);
    const { endpoints, user, password, database = user } = settings;
    return { place: JSON.stringify([endpoints, user, database]), password };
  },
  publicUrl(url) {
    const parameters = new Map(parseUrl("the URL", url));
    for (const name of parameters.keys()) {
      if (knownParameters[name]?.secret) parameters.delete(name);
    }
    const from = "the system's user";
    if (!parameters.has("user")) parameters.set("user", { from, value: userInfo().username });
    const { env, readText } = noSurroundings;
    return resolve(parameters, "postgres", env, readText).url;
  },
  completeUrl(url, { env, readText }) {
    const parameters = new Map(parseUrl("the database of the running service", url));
    if (env.PGPASSFILE) parameters.delete("passfile");
    // What else the service was given is in the URL; what it was not is not for its reader to choose.
    const { PGPASSWORD, PGPASSFILE } = env;
    return resolve(parameters, "postgres", { PGPASSWORD, PGPASSFILE }, readText).url;
  },
  isOfThisMachine(url) {
    const { env, readText } = noSurroundings;
    const { endpoints } = readConnection("the URL", url, env, readText).settings;
    return endpoints.some(({ host, address }) => isLocal.test(address ?? host));
  },
  fileOf: () => undefined,
  isAbsent: () => false,
  errorClasses: async () => (await import("./classify.ts")).errorClasses(),
  open: async (url, options) => (await import("./store.ts")).openPostgres(url, options),
  openReader: async (url, options) =>
    (await import("./reader.ts")).openPostgresReader(url, options),
  openPruner: async (url, options) => (await import("./prune.ts")).openPruner(url, options),
  backUp: () => Promise.reject(hasToolsOfItsOwn()),
};

// --- internal ---

/** The default, the folder of a socket, loopback. */
const isLocal = /^(?:$|\/|localhost$|127\.|::1$)/;
function hasToolsOfItsOwn(): StoreFault {
  return new StoreFault("backup only supports SQLite, but this is Postgres", {
    operation: "back up the database",
    class: "operator",
    hint: "use pg_dump: pg_dump --format=custom --file=FILE --dbname=URL",
  });
}

/** Parameters that name no server mean the one on this machine. */
function fromParameters(
  from: string,
  parameters: Parameters,
  { env, readText }: Surroundings,
): string {
  for (const name of parameters.keys()) {
    if (!Object.hasOwn(knownParameters, name)) throw unknownParameter(from, name);
  }
  const found = resolve(parameters, "postgres", env, readText);
  if (found.settings.endpoints.some(({ host, address }) => host || address)) return found.url;
  const whole = new Map(parameters).set("host", { from, value: "localhost" });
  return resolve(whole, "postgres", env, readText).url;
}
