import type { FillTarget } from "./fill-results.ts";

/** Tests for each build, and builds for each checkout. */
const [testsOfBuild, buildsOfCheckout] = [16, 100];
const blockSize = 500_000;
/** Ids have ten hex digits that count, in steps: those of new files lie between them, anywhere. */
const idRange = 2 ** 40;

/** Fills the tables with tests, and with their builds and checkouts, among whose ids those of `makeSmall` lie scattered. */
export async function fillScattered(target: FillTarget, tests: number): Promise<void> {
  const { numbers, before, hash, hex, object, list } = target.dialect;
  const builds = Math.ceil(tests / testsOfBuild);
  const checkouts = Math.ceil(builds / buildsOfCheckout);
  const id = (number: string, count: number, end: string) =>
    `'bench:' || ${hex(`(${number}) * ${Math.floor(idRange / count)}`)} || '000000${end}'`;
  // Months, by the order of the ids.
  const at = (number: string, count: number) =>
    before(`(${count} - (${number})) * ${Math.round(8e9 / count)} / 1000`);
  await target.run(`insert into checkouts (_timestamp, id, origin, tree_name, git_repository_url, git_repository_branch,
      git_commit_hash, git_commit_name, start_time)
    select ${at("i", checkouts)}, ${id("i", checkouts, "")}, 'bench', 'tree-' || (i % 20),
      'https://git.example.org/tree-' || (i % 20) || '.git', 'master', ${hash("i")}, 'v6.16-rc' || (i % 8), ${at("i", checkouts)}
    from ${numbers(0, checkouts)}`);
  await target.run(`insert into builds (_timestamp, id, checkout_id, origin, architecture, compiler, config_name, status, start_time, misc)
    select ${at("i", builds)}, ${id("i", builds, "-build")}, ${id(`i / ${buildsOfCheckout}`, checkouts, "")}, 'bench',
      case i % 3 when 0 then 'arm64' when 1 then 'x86_64' else 'riscv' end, 'gcc-14', 'defconfig',
      case i % 50 when 7 then 'FAIL' else 'PASS' end, ${at("i", builds)}, ${object("'lab'", "'lab-bench'")}
    from ${numbers(0, builds)}`);
  for (let from = 0; from < tests; from += blockSize) {
    await target.run(`insert into tests (_timestamp, id, build_id, origin, path, status, start_time, environment_misc,
        environment_compatible, misc)
      select ${at("i", tests)}, ${id("i", tests, "-0")}, ${id(`i / ${testsOfBuild}`, builds, "-build")}, 'bench',
        case i % 17 when 0 then 'boot' else 'suite-' || (i % 12) || '.test-' || (i % 170) end,
        case i % 61 when 3 then 'FAIL' else 'PASS' end, ${at("i", tests)},
        ${object("'platform'", "'board-' || (i % 40)")}, ${list("'qemu,arm64'")}, ${object("'runtime'", "'lab-bench'")}
      from ${numbers(from, Math.min(blockSize, tests - from))}`);
  }
}
