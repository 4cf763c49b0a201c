import { describe, expect, test } from "bun:test";
import { kinds } from "../databases.ts";
import { until } from "../faults/until.ts";
import { startStandIn } from "../storage/stand-in.ts";
import { watchPeak } from "../watch-peak.ts";
import { checkExcerpts } from "./check-excerpts.ts";
import { type Stage, setStage } from "./excerpt-run.ts";
import { fillSpool, makeFiles } from "./excerpt-spool.ts";
import { timeFiles } from "./excerpt-throughput.ts";
import { asAtWork } from "./run-ingester.ts";

const timeoutMs = 60_000;

describe.each(kinds)("a service on $name whose uploads hang", (kind) => {
  test(
    "has no transaction open, ends within 5 s of SIGTERM, and loses nothing",
    async () => {
      const files = makeFiles(31, 5);
      const [first, ...others] = files;
      if (!first) throw new Error("no files");
      await using standIn = await startStandIn();
      await using stage = await setStage(kind);
      const env = stage.env(standIn);
      const service = stage.start(env, "--interval", "0.1", "--quiet");
      // One batch goes well, so that each worker that hangs has a session at the database.
      fillSpool(stage.spool, new Map([first]));
      await until(() => stage.names("archive").length > 0);
      standIn.behaviour.upload = ["hang"];
      const before = standIn.uploads.size;
      fillSpool(stage.spool, new Map(others));
      await until(() => standIn.uploads.size >= before + 4);
      if (kind.name === "Postgres") {
        const states = new Set<unknown>();
        for (let look = 0; look < 20; look += 1) {
          const rows = await stage.database.query(
            "select state from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
          );
          for (const { state } of rows) states.add(state);
          await Bun.sleep(25);
        }
        expect([...states]).toEqual(["idle"]);
      }

      const stoppedMs = performance.now();
      service.kill("SIGTERM");
      expect(await service.exited).toBe(0);
      expect(performance.now() - stoppedMs).toBeLessThan(5_000);
      expect(await new Response(service.stderr).text()).toBe("");
      const left = [...stage.names(""), ...stage.names("archive")].sort();
      expect(left).toEqual([...files.keys()]);
      expect(stage.names("").length).toBeGreaterThan(0);

      standIn.behaviour.upload = ["well"];
      const run = await stage.once(env, "--quiet");
      expect(run).toMatchObject({ exitCode: 0, stderr: "" });
      expect(stage.names("archive")).toEqual([...files.keys()]);
      const checked = await checkExcerpts(files, stage.database, standIn.objects, standIn.url);
      expect(checked).toEqual({ linked: 31 * 6, inline: 0, wrong: [] });
    },
    timeoutMs,
  );
});

describe.concurrent("a server that hangs", () => {
  test.each(kinds)(
    "costs no time on $name once the breaker has opened",
    async (kind) => {
      const files = makeFiles(100, 3, 6_000);
      await using standIn = await startStandIn({ look: ["hang"] });
      const without = await timeFiles(kind, undefined, files);
      const withOne = await timeFiles(kind, standIn, files);
      // The figures are `excerpt-throughput.ts`'s business; one wait for the server would cost 8 s.
      expect(withOne.wallMs).toBeLessThan(without.wallMs + 4_000);
      // The token's check, the first sixteen texts, and probes: one each 15 s.
      expect(standIn.requests.length).toBeLessThan(1 + 16 + 4);
    },
    timeoutMs,
  );

  test.each(kinds.slice(0, 1))(
    "costs bounded memory, however much waits for it",
    async (kind) => {
      const files = makeFiles(600, 10, 14_000);
      await using standIn = await startStandIn({ look: ["hang"] });
      await using bare = await setStage(kind);
      await using served = await setStage(kind);
      // Before either starts: nobody looks at a program while spools are filled.
      for (const { spool } of [bare, served]) fillSpool(spool, files);
      const [without, withOne] = await Promise.all([
        peakMb(bare, {}),
        peakMb(served, served.env(standIn)),
      ]);
      // Texts that wait take 64 MB at most, and each of four workers sends a batch of 8 MB.
      expect(withOne).toBeLessThan(without + 200);
    },
    timeoutMs,
  );
});

// --- internal ---

/** The most memory that ingesting the spool of a stage took. */
async function peakMb(stage: Stage, env: Record<string, string>): Promise<number> {
  const waiting = stage.names("").length;
  const service = stage.start({ ...env, ...asAtWork }, "--once", "--quiet");
  using peak = watchPeak(service.pid);
  expect(await service.exited).toBe(0);
  expect(stage.names("archive")).toHaveLength(waiting);
  expect(peak.bytes).toBeGreaterThan(0);
  return peak.bytes / 2 ** 20;
}
