import { Fault } from "../../base/fault.ts";
import { maskSecrets } from "../../base/mask-secrets.ts";
import type { Config } from "../../config/config.ts";
import { readTrees } from "../../config/read-trees.ts";
import { StoreFault } from "../../store/fault.ts";
import { gapFault } from "../../store/gap.ts";
import { type Probe, probeStore } from "../../store/probe-store.ts";
import { release } from "../../version.ts";
import type { BesideService } from "../beside-service.ts";
import { exitCodes } from "../command.ts";
import { lacksPassword, passwordHint } from "../describe-service.ts";
import { exitCodeOf } from "../exit-code-of.ts";
import type { Check, Finding } from "./check.ts";
import { checkDisks } from "./check-disks.ts";
import { checkFolders } from "./check-folders.ts";
import { checkNeighbours } from "./check-neighbours.ts";
import { checkProcess } from "./check-process.ts";
import { checkService } from "./check-service.ts";

/** Looks at everything that the service needs. Changes nothing but for a file that it takes away again. */
export async function examine(config: Config, beside: BesideService): Promise<Check[]> {
  const { env } = beside;
  const checks = [
    guard("process", async () => checkProcess(env)),
    guard("spool", async () => checkFolders(config.spoolDir)),
    guard("neighbours", async () => checkNeighbours(config)),
    guard("disk", async () => checkDisks(config, beside)),
    guard("trees", () => checkTrees(config.treesFile)),
    guard("database", async () => checkDatabase(config.databaseUrl, beside)),
    guard("storage", async () => checkStorage(config.excerpts, beside)),
    // The last: what others find says more exactly what the end would be.
    guard("service", () => checkService(beside)),
  ];
  return (await Promise.all(checks)).flat();
}

// --- internal ---

const patience = { connectTimeoutMs: 5_000, statementTimeoutMs: 10_000 };

/** Runs a check; a fault that it throws is what it found. */
async function guard(name: string, check: () => Promise<Finding[]>): Promise<Check[]> {
  try {
    return (await check()).map((found) => ({ name, ...found }));
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    const { message: detail, hint } = cause;
    return [{ name, state: "fail", detail, hint, exitCode: exitCodeOf(cause) }];
  }
}

async function checkTrees(file: string | undefined): Promise<Finding[]> {
  const names = await readTrees(file);
  return [{ state: "ok", detail: `${file ?? "built in"}: ${names.size} trees` }];
}

async function checkDatabase(
  url: string,
  { isOfService, elsewhere }: BesideService,
): Promise<Finding[]> {
  if (elsewhere !== undefined) {
    const detail = `${maskSecrets(url)} can only be checked where the service runs, on ${elsewhere}`;
    return [{ state: "warn", detail, hint: "run doctor there, or name a --database" }];
  }
  const { title, state, missing, warnings } = await probe(url, isOfService);
  const where = `${title}, ${maskSecrets(url)}`;
  if (state === "ready") {
    return [
      { state: "ok", detail: `${where}: all tables exist` },
      ...warnings.map((detail) => ({ state: "warn" as const, detail })),
    ];
  }
  if (state === "absent" && isOfService) {
    return [
      {
        state: "fail",
        detail: `${where}: the file of the running service is missing`,
        hint: "put it back, or restart the service to start with an empty one",
        exitCode: exitCodes.config,
      },
    ];
  }
  if (state === "absent") return [{ state: "ok", detail: `${where}: the service will create it` }];
  if (state === "outdated") {
    const names = missing.map(({ name }) => name).join(", ");
    return [{ state: "ok", detail: `${where}: the service adds ${names} when it starts` }];
  }
  throw gapFault(missing, where);
}

/** Tells what is missing where the password of the running service is not at hand. */
async function probe(url: string, isOfService: boolean): Promise<Probe> {
  try {
    return await probeStore(url, patience);
  } catch (cause) {
    if (!(cause instanceof StoreFault && isOfService && lacksPassword(cause, url))) throw cause;
    throw new StoreFault(cause.message, { ...cause, hint: passwordHint });
  }
}

async function checkStorage(
  excerpts: Config["excerpts"],
  { env, service }: BesideService,
): Promise<Finding[]> {
  if (!excerpts) {
    const used = service.holder?.facts.storage_url;
    if (used && !env.STORAGE_TOKEN) {
      const detail = `${used}: the running service has a token, but none is available here to test`;
      return [{ state: "warn", detail, hint: "name the service's variables with --env-file" }];
    }
    const why = env.STORAGE_TOKEN ? "CONVERT_LOG_EXCERPT is off" : "no STORAGE_TOKEN";
    return [{ state: "ok", detail: `${why}: log excerpts are stored in the database` }];
  }
  const { StorageClient } = await import("../../storage/client.ts");
  const { defaultUploaderSettings } = await import("../../storage/settings.ts");
  const { baseUrl, token } = excerpts;
  using client = new StorageClient({
    ...defaultUploaderSettings,
    baseUrl,
    token,
    version: release,
  });
  const words = await client.checkAuth();
  const found = { state: "ok", detail: `${baseUrl}: ${words}` } as const;
  if (!sendsInTheClear(baseUrl)) return [found];
  const detail = `${baseUrl}: the token is sent unencrypted`;
  return [found, { state: "warn", detail, hint: "set STORAGE_BASE_URL to an https:// address" }];
}

function sendsInTheClear(baseUrl: string): boolean {
  const { protocol, hostname } = new URL(baseUrl);
  return protocol === "http:" && !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}
