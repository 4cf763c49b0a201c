import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kinds } from "../databases.ts";
import { asAtWork, ingester, runIngester, startIngester } from "../e2e/run-ingester.ts";
import { stayOnDisk, temporaryFolder } from "../temporary.ts";
import { canLimitMemory, makeMemoryCgroup } from "./memory-cgroup.ts";
import { submission } from "./submissions.ts";
import { isFull } from "./sweep.ts";
import { holdsWithin } from "./until.ts";

stayOnDisk();

setDefaultTimeout(120_000);

const megabyte = 1 << 20;
const neighbours = 20;
/** A restart more often than this would be a loop without end. */
const maxStarts = 8;

/** A submission that is no large file to the service, with one object that takes far more memory than it has bytes. */
function submissionWith(list: string, field: string): string {
  return `{"version":{"major":5,"minor":3},"${list}":[{"id":"a:1","origin":"a",${field}}]}`;
}

/** Many values, all different, as long as this together. */
function values(make: (number: string) => string, bytes: number): string {
  const made: string[] = [];
  for (let length = 0; length < bytes; length += (made.at(-1)?.length ?? 0) + 1) {
    made.push(make(made.length.toString(36)));
  }
  return made.join(",");
}

const texts = values((number) => `"${number}"`, 5e6);
const objects = values((number) => `{"${number}":{}}`, 2.5e6);

/** A long value of a list is dear, each no larger than an object may be, with memory in which it cannot be read all the same. */
const killers = [
  {
    title: "tags",
    text: submissionWith("checkouts", `"git_commit_tags":[[${texts}]]`),
    limitMegabytes: 80,
  },
  {
    title: "compatibles",
    text: submissionWith("tests", `"build_id":"a:2","environment":{"compatible":[[${texts}]]}`),
    limitMegabytes: 80,
  },
  {
    title: "objects",
    text: submissionWith("tests", `"build_id":"a:2","output_files":[[${objects}]]`),
    limitMegabytes: 80,
  },
];

// What a file does to memory is none of the database's business: the second kind runs one of them.
const cases = kinds.flatMap((kind, n) =>
  (n === 0 || isFull ? killers : killers.slice(-1)).map((killer) => ({
    ...killer,
    kind,
    on: kind.name,
  })),
);

test.skipIf(!canLimitMemory()).each(cases)(
  "some $title kill the service in $limitMegabytes MB: refused, and every neighbour is in, on $on",
  async ({ kind, text, limitMegabytes }) => {
    using folder = temporaryFolder();
    await using database = await kind.create();
    await runIngester(ingester, ["migrate", "--database", database.url]);
    const spool = join(folder.path, "spool");
    mkdirSync(spool);
    writeFileSync(join(spool, "0-killer.json"), text);
    // The oldest comes first.
    utimesSync(join(spool, "0-killer.json"), 1, 1);
    for (let n = 1; n <= neighbours; n++) {
      writeFileSync(join(spool, `n${n}.json`), submission(`n${n}`));
    }
    using cgroup = makeMemoryCgroup(limitMegabytes * megabyte);
    const program = { ...ingester, command: [...cgroup.through, ...ingester.command] };
    const waiting = () => readdirSync(spool).filter((name) => name.endsWith(".json")).length;
    const exits: (number | null)[] = [];
    let archivedFirst: number | undefined;
    while (exits.length < maxStarts && waiting() > 0) {
      const child = startIngester(
        program,
        [
          ...["monitor", "--spool-dir", spool, "--database", database.url, "--log-format", "json"],
          // More than there is: else these files would be refused.
          ...["--max-memory", "1G"],
        ],
        { env: { ...asAtWork, INGESTER_METRICS_PORT: "0" } },
      );
      const log = new Response(child.stderr).text();
      await Promise.race([child.exited, holdsWithin(() => waiting() === 0, 40_000)]);
      child.kill("SIGTERM");
      exits.push(await child.exited);
      archivedFirst ??= exits.length > 1 ? readdirSync(join(spool, "archive")).length : undefined;
      if (exits.at(-1) !== 137 && exits.at(-1) !== 0) throw new Error(await log);
    }
    // A third end is enough, unless the machine is so busy that the kernel's part in one goes unseen.
    expect(exits.slice(0, 4)).toEqual([137, 137, 137, expect.any(Number)]);
    expect(exits.slice(3).filter((code) => code !== 137)).toEqual([0]);
    expect(exits.length).toBeLessThanOrEqual(6);
    // The second start begins with them.
    expect(archivedFirst).toBe(neighbours);
    expect(readdirSync(join(spool, "archive"))).toHaveLength(neighbours);
    expect(readdirSync(join(spool, "failed")).sort()).toEqual([
      ...["0-killer.json", "0-killer.json.error"],
    ]);
    const reason = JSON.parse(readFileSync(join(spool, "failed/0-killer.json.error"), "utf8"));
    expect(reason.reason).toBe("crash-loop");
    expect(reason.message).toMatch(/died [345] times/);
    const [row] = await database.query("select count(*) as n from checkouts");
    expect(Number(row?.n)).toBe(neighbours);
    expect(readdirSync(spool).sort()).not.toContain(".kci-ingester.in-hand");
  },
);

const dear = ["[-0]", "[1.0]", '{"a":1.0}', "1.0"];

test.skipIf(!canLimitMemory())(
  "8 MB of what swells, and 8 MB of brackets, are refused at once in 512 MB",
  async () => {
    using folder = temporaryFolder();
    const spool = join(folder.path, "spool");
    mkdirSync(spool);
    const swelling = dear.map((value) => {
      const many = new Array(Math.floor((8 * megabyte) / (value.length + 1)) - 100).fill(value);
      return submissionWith("tests", `"build_id":"a:2","output_files":[[${many}]]`);
    });
    const texts = [...swelling, "[".repeat(8 * megabyte)];
    for (const [n, text] of texts.entries()) writeFileSync(join(spool, `swells-${n}.json`), text);
    writeFileSync(join(spool, "good.json"), submission("good"));
    using cgroup = makeMemoryCgroup(512 * megabyte);
    const program = { ...ingester, command: [...cgroup.through, ...ingester.command] };
    const database = `sqlite:${join(folder.path, "test.db")}`;
    const words = ["monitor", "--spool-dir", spool, "--database", database, "--once"];
    const { exitCode, stderr } = await runIngester(program, words, { env: asAtWork });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`max_memory_bytes=${384 * megabyte}`);
    expect(readdirSync(join(spool, "archive"))).toEqual(["good.json"]);
    const reasons = texts.map((_, n) => {
      const text = readFileSync(join(spool, `failed/swells-${n}.json.error`), "utf8");
      return JSON.parse(text).reason;
    });
    expect(reasons).toEqual([...dear.map(() => "too-complex"), "too-deep"]);
  },
);
