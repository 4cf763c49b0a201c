import { type Given, type Parameters, refusal } from "../../given.ts";
import { knownParameters } from "./known-parameters.ts";
import { unknownParameter } from "./parse-url.ts";

/**
 * The parameters that a service of a file such as `~/.pg_service.conf` stands for; undefined where the
 * file does not hold it. Throws `StoreFault` (operator).
 */
export function findService(path: string, text: string, service: string): Parameters | undefined {
  let found: Map<string, Given> | undefined;
  for (const [at, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const [, section] = /^\[(.*)\]$/.exec(line) ?? [];
    if (section !== undefined) {
      if (found) return found;
      if (section === service) found = new Map();
    } else if (found) {
      const from = `${path}:${at + 1}`;
      const [, name = "", value = ""] = /^([^=]*)=(.*)$/.exec(line) ?? [];
      if (line.startsWith("ldap") || name === "service" || name === "servicefile") {
        throw refusal(from, "services stored elsewhere (LDAP) are not supported");
      }
      if (!Object.hasOwn(knownParameters, name)) throw unknownParameter(from, name);
      // As libpq has it, the first of a name counts.
      if (value && !found.has(name)) found.set(name, { from: `${from}: ${name}`, value });
    }
  }
  return found;
}

/** The places where a service is looked for, in order. */
export function serviceFiles(
  servicefile: Given | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  const own = servicefile?.value ?? (env.HOME ? `${env.HOME}/.pg_service.conf` : undefined);
  const shared = `${env.PGSYSCONFDIR || "/etc/postgresql-common"}/pg_service.conf`;
  return own ? [own, shared] : [shared];
}
