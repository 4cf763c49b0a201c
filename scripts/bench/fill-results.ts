/**
 * Fills a database with what a few labs send in two weeks: trees with a commit each six hours, each with the same
 * builds and tests, of which some always fail and some now and then; an excerpt on one test in ten; known
 * issues; and some tests and builds that wait for what has not arrived.
 */

export interface FillSize {
  readonly tests: number;
  readonly builds: number;
  readonly checkouts: number;
}

/** So many of each there are of a commit. */
const [testsOfCommit, buildsOfCommit] = [1_667, 100];
export const treeCount = 60;
/** The newest commit is so old then. */
export const endMs = Date.UTC(2026, 6, 1);

/** 5 million tests make 300,000 builds and 3,000 checkouts. */
export function sizeFor(tests: number): FillSize {
  const checkouts = Math.ceil(tests / testsOfCommit);
  return { tests: checkouts * testsOfCommit, builds: checkouts * buildsOfCommit, checkouts };
}

/** Runs statements on a database of some kind, to be filled. */
export interface FillTarget {
  run(text: string): Promise<unknown>;
  readonly dialect: FillDialect;
}

/** How a kind of database spells what filling needs. */
export interface FillDialect {
  /** Rows with one column `i`: whole numbers of 64 bits. */
  numbers(from: number, count: number): string;
  /** A point in time so many seconds before the end. */
  before(seconds: string): string;
  /** 40 hex digits. */
  hash(number: string): string;
  /** Ten hex digits, which sort as the number does. */
  hex(number: string): string;
  object(...pairs: readonly string[]): string;
  /** An array of one text. */
  list(text: string): string;
  /** What a column takes that is true or false. */
  truth(condition: string): string;
}

const excerpt = "[    1.234567] kernel: something happened here, and it was told\n".repeat(60);
const blockSize = 100_000;

/** Fills the tables of the program, and tells of it. */
export async function fillResults(
  { run, dialect }: FillTarget,
  size: FillSize,
  tell: (text: string) => void,
): Promise<void> {
  const { numbers, before, hash, object, list, truth } = dialect;
  const age = (checkout: string) =>
    `((${size.checkouts} - (${checkout})) / ${treeCount} * 21600 + (${checkout}) % ${treeCount})`;
  // As good as chance, and the same each time.
  const chance = (sides: number) => `(i * 48271 % 2147483647 % ${sides})`;
  await run(`insert into checkouts (_timestamp, id, origin, tree_name, git_repository_url, git_repository_branch,
      git_commit_hash, git_commit_name, git_commit_tags, start_time, misc)
    select ${before(age("i"))}, 'maestro:c' || i, 'maestro', 'tree-' || (i % ${treeCount}),
      'https://git.example.org/' || (i % ${treeCount}) || '.git', 'master', ${hash("i")},
      'v6.17-rc' || (i / ${treeCount}), null, ${before(age("i"))}, ${object()}
    from ${numbers(0, size.checkouts)}`);
  const ofBuild = age(`i / ${buildsOfCommit}`);
  await run(`insert into builds (_timestamp, id, origin, start_time, architecture, compiler, config_name, misc, status, checkout_id)
    select ${before(`${ofBuild} - 60`)}, 'maestro:b' || i, 'maestro', ${before(`${ofBuild} - 60`)},
      case i % ${buildsOfCommit} % 3 when 0 then 'arm64' when 1 then 'x86_64' else 'riscv' end,
      case i % ${buildsOfCommit} % 2 when 0 then 'gcc-14' else 'clang-21' end,
      'config-' || (i % ${buildsOfCommit} % 25), ${object("'lab'", "'k8s'", "'platform'", "'kubernetes'")},
      case when i % ${buildsOfCommit} = 7 or ${chance(90)} = 0 then 'FAIL' else 'PASS' end,
      case when i % 1000 = 500 then 'maestro:late' else 'maestro:c' end || (i / ${buildsOfCommit})
    from ${numbers(0, size.builds)}`);
  // Numbered within their commit, so that each has runs on the commits before.
  const within = `(i % ${testsOfCommit})`;
  const ofTest = `${age(`i / ${testsOfCommit}`)} - 600 - ${within}`;
  for (let from = 0; from < size.tests; from += blockSize) {
    const count = Math.min(blockSize, size.tests - from);
    await run(`insert into tests (_timestamp, id, origin, environment_misc, path, log_excerpt, status, start_time, misc,
        environment_compatible, build_id)
      select ${before(ofTest)}, 'maestro:t' || i, 'maestro',
        ${object("'platform'", `'board-' || (${within} % 40)`, "'job_id'", "i", "'job_url'", "'https://lava.example.org/job/' || i")},
        case ${within} % 17 when 0 then 'boot' else 'suite-' || (${within} % 12) || '.test-' || (${within} % 170) end,
        case when i % 10 = 0 then '${excerpt}' end,
        case when ${within} % 61 = 3 or ${chance(67)} = 0 then 'FAIL' when ${chance(31)} = 1 then 'SKIP' when ${chance(61)} = 2 then 'ERROR' else 'PASS' end,
        ${before(ofTest)}, ${object("'runtime'", "'lab-one'")}, ${list(`'vendor,board-' || (${within} % 40)`)},
        case when i % 250 = 249 then 'maestro:late' || (i / 5000) else 'maestro:b' || (i / ${testsOfCommit} * ${buildsOfCommit} + ${within} * 3 / 51) end
      from ${numbers(from, count)}`);
    if (from % 1_000_000 === 0) tell(`${from} tests`);
  }
  await run(`insert into issues (_timestamp, id, version, origin, comment, misc, culprit_code)
    select ${before("i * 3600")}, 'maestro:i' || i, 1, 'maestro', 'Something known, number ' || i, ${object()}, ${truth("i % 2 = 0")}
    from ${numbers(0, 200)}`);
  const number = "cast(substr(t.id, length('maestro:t') + 1) as integer)";
  await run(`insert into incidents (_timestamp, id, origin, issue_id, issue_version, present, test_id)
    select t._timestamp, 'maestro:n-' || t.id, 'maestro', 'maestro:i' || (${number} / 70 % 200), 1, ${truth("1 = 1")}, t.id
    from tests t where t.status = 'FAIL' and ${number} / 7 % 10 = 3`);
  await run(`insert into latest_checkout (checkout_id, origin, tree_name, git_repository_url, git_repository_branch, start_time)
    select c.id, c.origin, c.tree_name, c.git_repository_url, c.git_repository_branch, c.start_time
    from checkouts c where c.start_time = (select max(d.start_time) from checkouts d where d.tree_name = c.tree_name)`);
  await run(`insert into tree_listing (checkout_id, origin, tree_name, git_repository_url, git_repository_branch, git_commit_hash,
      git_commit_name, git_commit_tags, start_time, build_pass, build_failed, build_inc, boot_pass, boot_failed, boot_inc,
      test_pass, test_failed, test_inc)
    select id, origin, tree_name, git_repository_url, git_repository_branch, git_commit_hash, git_commit_name,
      git_commit_tags, start_time, 0, 0, 0, 0, 0, 0, 0, 0, 0 from checkouts`);
}
