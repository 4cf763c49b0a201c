import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { holdsWithin } from "../until.ts";
import { applyOuterFaults, applyProcessFaults } from "./apply-faults.ts";
import { Checker } from "./checker.ts";
import type { Delivery } from "./draw-delivery.ts";
import { Keeper } from "./keeper.ts";
import { Random } from "./random.ts";
import { RemoteControl } from "./remote-control.ts";
import { type DatabaseName, openSoakDatabase } from "./soak-database.ts";
import { writeDeliveries } from "./write-deliveries.ts";

export interface SoakOptions {
  seed: string;
  database: DatabaseName;
  durationMs: number;
  filesPerSecond?: number;
  /** Ends writers and faults early; what is there is worked off and checked all the same. */
  signal?: AbortSignal;
}

/** What a soak came to. */
export interface Soak {
  delivered: number;
  archived: number;
  failed: number;
  /** How often each fault was brought about. */
  faults: Record<string, number>;
  /** How many calls, statements and packets failed. */
  hits: number;
  starts: number;
  workersDied: number;
  rssBytes: number;
  descriptors: number;
  /** The longest stop, and how long it took to work off what was left at the end. */
  stopMs: number;
  workedOffMs: number;
  /** What did not hold, in words; empty when all did. */
  broken: string[];
  /** The service's log; only where something is broken. */
  logFile?: string;
}

/** So long nothing may move at the end: the longest pause between two tries, and a worker that hangs. */
const standstillMs = 90_000;

/**
 * Lets a service work while writers fill its spool and faults of all kinds befall it, then lets it work
 * off the rest in peace and checks what there is. All that is random comes from the seed.
 */
export async function runSoak(options: SoakOptions): Promise<Soak> {
  const { seed, durationMs, filesPerSecond = 25 } = options;
  const folder = mkdtempSync(join(tmpdir(), "kci-soak-"));
  const logFile = join(folder, "service.log");
  await using database = await openSoakDatabase(options.database);
  const { scene } = database;
  mkdirSync(scene.spool);

  const startedMs = performance.now();
  const broken: string[] = [];
  const onBroken = (what: string) => {
    const seconds = (performance.now() - startedMs) / 1_000;
    broken.push(`after ${seconds.toFixed(1)} s: ${what}`);
  };
  const delivered: Delivery[] = [];
  const checker = new Checker(scene, delivered);
  const control = new RemoteControl(join(folder, "remote"));
  const onDown = async () => (await checker.atRest()).forEach(onBroken);
  const { signal: early } = options;
  const keeper = new Keeper({ scene, seed, control, logFile, early, onDown, onBroken });
  const faults: Record<string, number> = {};
  const onFault = (kind: string) => {
    faults[kind] = (faults[kind] ?? 0) + 1;
  };

  const time = AbortSignal.timeout(durationMs);
  const signal = early ? AbortSignal.any([time, early]) : time;
  const kept = keeper.run();
  const work = { seed, keeper, control, database, onFault, signal };
  await Promise.all([
    writeDeliveries(scene.spool, seed, filesPerSecond, delivered, signal),
    applyProcessFaults(work),
    applyOuterFaults(work),
  ]);
  const peaceMs = performance.now();
  for (let left = checker.count(""); left > 0; left = checker.count("")) {
    if (await holdsWithin(() => checker.count("") < left, standstillMs)) continue;
    onBroken(`${left} files wait, and nothing has moved for ${standstillMs / 1_000} s`);
    break;
  }
  const workedOffMs = performance.now() - peaceMs;
  keeper.end();
  await kept;
  await using clean = await database.another();
  broken.push(...(await checker.atEnd(clean, new Random(`${seed}/order`))));

  if (broken.length === 0) rmSync(folder, { recursive: true });
  return {
    delivered: delivered.length,
    archived: checker.count("archive"),
    failed: checker.count("failed"),
    faults,
    hits: control.hits,
    ...keeper.seen,
    workedOffMs,
    broken,
    ...(broken.length > 0 ? { logFile } : {}),
  };
}
