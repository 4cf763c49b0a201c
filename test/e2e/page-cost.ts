import { mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { kinds, type TestKind } from "../databases.ts";
import { until } from "../faults/until.ts";
import { freePort } from "../free-port.ts";
import { sharedDir } from "../shared.ts";
import { temporaryFolder } from "../temporary.ts";
import { compiled } from "./binary.ts";
import { collect } from "./collect.ts";
import { type Corpus, unpackCorpus } from "./corpus.ts";
import { asAtWork, runIngester, startIngester } from "./run-ingester.ts";

/** What the ingestion of all files took. */
interface Taken {
  /** From the first file's arrival to the last one's archiving. */
  readonly wallMs: number;
  /** Processor time of the service meanwhile, which a busy machine blurs less. */
  readonly cpuMs: number;
}

/** Whether anybody looks: the page's stream of events open and a scrape a second, or metrics off. */
type Watching = "alone" | "watched";

/** How often the real submissions are ingested in one run, for it to last longer than a second. */
const copies = 4;

/** What a running service needs for the real submissions, which all arrive at once. */
async function timeCorpus(kind: TestKind, corpus: Corpus, watching: Watching): Promise<Taken> {
  using folder = temporaryFolder();
  await using database = await kind.create();
  const program = await compiled();
  await runIngester(program, ["migrate", "--database", database.url]);
  const spool = join(folder.path, "spool");
  const port = watching === "watched" ? freePort() : 0;
  const place = ["--spool-dir", spool, "--database", database.url, "--interval", "0.1"];
  const service = startIngester(program, ["monitor", ...place, "--metrics-port", String(port)], {
    env: asAtWork,
  });
  const said = collect(service.stderr);
  const alive = (holds: () => boolean) =>
    until(() => {
      if (service.exitCode !== null) throw new Error(said.text);
      return holds();
    }, 300_000);
  const archived = () => readdirSync(join(spool, "archive")).length;
  try {
    await alive(() => said.text.includes("service_started"));
    const aside = join(spool, "aside");
    mkdirSync(aside);
    corpus.copyTo(aside);
    // One file wakes the workers and the database before the clock runs.
    const [first = "", ...rest] = corpus.files;
    renameSync(join(aside, first), join(spool, first));
    await alive(() => archived() === 1);
    using _watcher = watching === "watched" ? watch(port) : undefined;

    let [wallMs, cpuMs] = [0, 0];
    for (let copy = 0; copy < copies; copy++) {
      const before = archived();
      const [startedMs, startedCpuMs] = [performance.now(), cpuMsOf(service.pid)];
      for (const name of rest) renameSync(join(aside, name), join(spool, `${copy}-${name}`));
      await alive(() => archived() === before + rest.length);
      wallMs += performance.now() - startedMs;
      cpuMs += cpuMsOf(service.pid) - startedCpuMs;
      corpus.copyTo(aside);
    }
    return { wallMs, cpuMs };
  } finally {
    service.kill("SIGKILL");
    await service.exited;
  }
}

// --- internal ---

/** Reads the page's stream of events, and scrapes once a second. */
function watch(port: number): Disposable {
  const base = `http://127.0.0.1:${port}`;
  const closing = new AbortController();
  const read = async () => {
    const response = await fetch(`${base}/events`, { signal: closing.signal });
    for await (const _chunk of response.body ?? []);
  };
  void read().catch(() => {});
  const scraping = setInterval(
    () => void fetch(`${base}/metrics/`).then((one) => one.text()),
    1_000,
  );
  return {
    [Symbol.dispose]() {
      clearInterval(scraping);
      closing.abort();
    },
  };
}

/** User and system time of a process, of Linux' `proc`, whose unit is 10 ms. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function medianOf(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

/** Prints the medians of both, and how much more it takes when somebody looks: the median of the pairs. */
function report(kind: string, what: keyof Taken, times: Record<Watching, Taken[]>): void {
  const numbers = (watching: Watching) => times[watching].map((one) => Math.round(one[what]));
  const [alone, watched] = [numbers("alone"), numbers("watched")];
  // A machine that drifts is the same for both of a pair.
  const more = 100 * (medianOf(watched.map((one, pair) => one / (alone[pair] ?? 0))) - 1);
  console.log(
    `${kind}, ${what}: alone median ${medianOf(alone)} of ${alone.join(" ")}; watched median ${medianOf(watched)} of ${watched.join(" ")}; ${more.toFixed(1)} % more`,
  );
}

/** Times all kinds of database, watched and alone in turn. */
async function compare(shared: string, rounds: number): Promise<void> {
  using folder = temporaryFolder();
  const corpus = await unpackCorpus(shared, join(folder.path, "corpus"));
  for (const kind of kinds) {
    const times: Record<Watching, Taken[]> = { alone: [], watched: [] };
    for (let round = 0; round < rounds; round++) {
      // Each goes first in every other round: what warms up or tires serves both alike.
      const order: Watching[] = round % 2 ? ["watched", "alone"] : ["alone", "watched"];
      for (const watching of order) times[watching].push(await timeCorpus(kind, corpus, watching));
    }
    report(kind.name, "wallMs", times);
    report(kind.name, "cpuMs", times);
  }
}

// As a program: `bun test/e2e/page-cost.ts [rounds]` prints what an open page and a scrape a second cost.
if (import.meta.main) {
  if (!sharedDir) throw new Error("the real submissions are not there: set KCI_SHARED");
  await compare(sharedDir, Number(process.argv[2] ?? 9));
  process.exit();
}
