import { hostname } from "node:os";
import { resolve } from "node:path";
import type { Environment, MonitorFlags } from "../config/config.ts";
import { passwordVariables } from "../config/dashboard-database.ts";
import { completeDatabase, findDatabase, readDatabaseUrl } from "../config/database-url.ts";
import { withEnvFile } from "../config/env-file.ts";
import { readSpoolDir } from "../config/read-spool-dir.ts";
import { SpoolFault } from "../spool/fault.ts";
import { type FoundService, lookForService } from "../spool/look-for-service.ts";
import { findStoreKind } from "../store/store-kind.ts";

/** The flags of commands that work beside a service. */
interface GivenFlags {
  readonly "spool-dir"?: string | undefined;
  readonly database?: string | undefined;
  readonly "trees-file"?: string | undefined;
  readonly "env-file"?: string | undefined;
}

/** What a command goes by that works beside a service. */
export interface BesideService {
  readonly env: Environment;
  readonly spoolDir: string;
  readonly service: FoundService;
  /** Whether it runs on this machine. */
  readonly isHere: boolean;
  readonly databaseUrl: string;
  /** The URL is what the running service says: nothing else names a database. */
  readonly isOfService: boolean;
  /** The machine where alone the database can be asked, where that is not this one. */
  readonly elsewhere: string | undefined;
  /** The database of the running service, where flags or environment name another. */
  readonly otherUrl: string | undefined;
  /** The flags of `monitor` that stand for what it is, but for the database. */
  readonly flags: Pick<MonitorFlags, "trees-file" | "compress-archive" | "reason-files">;
}

/**
 * Flags and environment of a command; what neither gives is what the service that runs on the spool says of
 * itself, and only then a default. Throws `ConfigFault` and `SpoolFault`.
 */
export function besideService(flags: GivenFlags, environment: Environment): BesideService {
  const given = withEnvFile(flags["env-file"], environment);
  const spoolDir = readSpoolDir(flags["spool-dir"], given);
  const root = resolve(spoolDir);
  const service = lookFor(root);
  const { facts = {}, host } = service.holder ?? {};
  const isHere = host === hostname();
  return {
    ...{ spoolDir, service, isHere },
    env: facts.storage_url ? { STORAGE_BASE_URL: facts.storage_url, ...given } : given,
    flags: {
      "trees-file": flags["trees-file"] ?? (isHere ? facts.trees_file : undefined),
      "compress-archive": facts.compress_archive === "on" || undefined,
      "reason-files": given.REASON_FILES ? undefined : facts.reason_files,
    },
    ...chooseDatabase(flags.database, given, facts.database, isHere ? undefined : host),
  };
}

// --- internal ---

/** A folder that is missing, or cannot be looked into, is told of by whoever needs it. */
function lookFor(root: string): FoundService {
  try {
    return lookForService(root);
  } catch (fault) {
    if (!(fault instanceof SpoolFault)) throw fault;
    return { isRunning: false };
  }
}

type Choice = Pick<BesideService, "databaseUrl" | "isOfService" | "elsewhere" | "otherUrl">;

function chooseDatabase(
  flag: string | undefined,
  env: Environment,
  told: string | undefined,
  otherHost: string | undefined,
): Choice {
  const kind = told === undefined ? undefined : findStoreKind(told);
  const own = { isOfService: false, elsewhere: undefined, otherUrl: undefined };
  if (told === undefined || !kind) return { databaseUrl: readDatabaseUrl(flag, env), ...own };
  const isElsewhere = otherHost !== undefined && kind.isOfThisMachine(told);
  const named = findDatabase(flag, withoutPasswords(env))?.value;
  if (named === undefined) {
    const elsewhere = isElsewhere ? otherHost : undefined;
    return { ...own, databaseUrl: completeDatabase(told, env), isOfService: true, elsewhere };
  }
  const namedKind = findStoreKind(named);
  const isSame = namedKind === kind && placeOf(named) === placeOf(told);
  return {
    ...own,
    databaseUrl: readDatabaseUrl(flag, env),
    otherUrl: isSame || isElsewhere ? undefined : told,
  };
}

/** A password alone names no database where a service says which one it is for. */
function withoutPasswords(env: Environment): Environment {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !passwordVariables.includes(name)),
  );
}

function placeOf(url: string): string | undefined {
  const kind = findStoreKind(url);
  return kind?.identify(kind.publicUrl(url)).place;
}
