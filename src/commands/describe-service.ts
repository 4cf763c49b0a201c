import type { Fault } from "../base/fault.ts";
import { maskSecrets } from "../base/mask-secrets.ts";
import { formatSeconds } from "../observe/units.ts";
import { askReady, type Readiness } from "./ask-ready.ts";
import type { BesideService } from "./beside-service.ts";

/** Whether a service has the spool, for people and for programs. */
export interface ServiceReport {
  readonly lines: readonly string[];
  readonly fields: Readonly<Record<string, unknown>>;
  /** What it says itself; absent where none runs, or none that answers here. */
  readonly readiness?: Readiness | undefined;
}

/** What to do where the database of a running service asks for a password that is not at hand. */
export const passwordHint =
  "the running service does not share its password: give it with --env-file FILE, PGPASSWORD or PGPASSFILE";

/** Whether a database refused the login, and no password was found for it. */
export function lacksPassword({ code, message }: Fault, url: string): boolean {
  const isRefused = /^28/.test(code ?? "") || /password/.test(message);
  return isRefused && !URL.parse(url)?.password;
}

/** Tells of the service that has the spool, and asks it whether it is ready. */
export async function describeService(beside: BesideService): Promise<ServiceReport> {
  const { isRunning, holder } = beside.service;
  if (!isRunning) return { lines: ["not running"], fields: { running: false } };
  if (!holder) {
    const why = "no trustworthy note in the spool says which one";
    return { lines: [`running; ${why}`], fields: { running: true } };
  }
  const { pid, host, since, facts } = holder;
  const readiness = facts.metrics && beside.isHere ? await askReady(facts.metrics) : undefined;
  const age = formatSeconds(Math.max(0, Date.now() - since.getTime()) / 1000);
  const version = facts.version ? `, version ${facts.version}` : "";
  const database = facts.database ? `, database ${maskSecrets(facts.database)}` : "";
  return {
    lines: [
      `process ${pid} on ${host}, for ${age}${version}${database}`,
      ...(readiness ? [readiness.words] : []),
      ...differences(beside),
    ],
    fields: {
      ...{ running: true, pid, host, since: since.toISOString() },
      ...{ version: facts.version ?? null, database: facts.database ?? null },
      ready: readiness?.isReady ?? null,
      says: readiness?.words ?? null,
    },
    readiness,
  };
}

/** Where flags and environment say something else than the running service goes by. */
export function differences({ otherUrl, databaseUrl }: BesideService): string[] {
  if (otherUrl === undefined) return [];
  return [
    `its database is not the one named here: ${maskSecrets(otherUrl)}, not ${maskSecrets(databaseUrl)}`,
  ];
}
