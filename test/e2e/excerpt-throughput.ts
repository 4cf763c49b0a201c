import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kinds, type TestKind } from "../databases.ts";
import { until } from "../faults/until.ts";
import { startBlackHole } from "../storage/black-hole.ts";
import { startStandIn } from "../storage/stand-in.ts";
import { collect } from "./collect.ts";
import { nobody, setStage } from "./excerpt-run.ts";
import { type Files, fillSpool, makeFiles } from "./excerpt-spool.ts";
import { asAtWork } from "./run-ingester.ts";

/** A storage server in lasting trouble; `undefined`: there is none. */
export type Server = { url: string; token: string } | undefined;

export interface Taken {
  /** From the first file's arrival to the last one's archiving. */
  readonly wallMs: number;
  /** Processor time of the service meanwhile, which a busy machine blurs less. */
  readonly cpuMs: number;
}

/**
 * What a running service needs for these files: with a server in trouble, once the breaker has
 * opened. All of them appear in the spool at once.
 */
export async function timeFiles(kind: TestKind, server: Server, files: Files): Promise<Taken> {
  await using stage = await setStage(kind);
  const service = stage.start(
    { ...asAtWork, ...(server ? stage.env(server) : {}) },
    "--interval",
    "0.1",
  );
  const said = collect(service.stderr);
  try {
    const warmUp = new Map([...makeFiles(1, 20)].map(([name, one]) => [`warm-up-${name}`, one]));
    fillSpool(stage.spool, warmUp);
    await until(() => stage.names("archive").length >= warmUp.size);
    await until(() => !server || said.text.includes("storage_unavailable"), 60_000);

    const aside = join(stage.spool, "aside");
    mkdirSync(aside);
    for (const [name, one] of files) writeFileSync(join(aside, name), JSON.stringify(one));
    const [startedMs, startedCpuMs] = [performance.now(), cpuMsOf(service.pid)];
    for (const name of files.keys()) renameSync(join(aside, name), join(stage.spool, name));
    await until(() => stage.names("archive").length >= files.size + warmUp.size, 600_000);
    return { wallMs: performance.now() - startedMs, cpuMs: cpuMsOf(service.pid) - startedCpuMs };
  } finally {
    service.kill("SIGKILL");
    await service.exited;
  }
}

// --- internal ---

/** User and system time of a process, of Linux' `proc`, whose unit is 10 ms. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function medianOf(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

// As a program: `bun test/e2e/excerpt-throughput.ts [rounds]` prints what each kind of trouble costs.
if (import.meta.main) {
  const rounds = Number(process.argv[2] ?? 5);
  const files = makeFiles(400, 10, 12_000);
  const hanging = await startStandIn({ look: ["hang"] });
  await using hole = await startBlackHole();
  const servers: Record<string, Server> = {
    none: undefined,
    unreachable: await nobody(),
    hanging,
    "black hole": { url: hole.url, token: "some.good.token" },
  };
  for (const kind of kinds) {
    const times: Record<string, Taken[]> = Object.fromEntries(
      Object.keys(servers).map((name) => [name, []]),
    );
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, server] of Object.entries(servers)) {
        times[name]?.push(await timeFiles(kind, server, files));
      }
    }
    for (const [name, all] of Object.entries(times)) {
      const wall = all.map(({ wallMs }) => Math.round(wallMs));
      const cpu = all.map(({ cpuMs }) => cpuMs);
      console.log(
        `${kind.name}, ${name}: median ${medianOf(wall)} ms of ${wall.join(" ")}; processor ${medianOf(cpu)} ms of ${cpu.join(" ")}`,
      );
    }
  }
  process.exit();
}
