import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { $ } from "bun";

interface BuildOptions {
  outfile: string;
  /** As Bun names it, `bun-linux-arm64`; absent: this machine's. */
  target?: string | undefined;
  /** The folder of `main.ts` and `worker.ts`; absent: the program's. */
  entries?: string;
}

/**
 * Compiles the binary: two entries, because a worker is found only among them; bytecode in ESM, split
 * so that a command loads what it needs; nothing of the folder it runs in is loaded (`.env`,
 * `bunfig.toml`), since that could be anybody's.
 */
export async function build({ outfile, target, entries = "src" }: BuildOptions): Promise<void> {
  mkdirSync(dirname(outfile), { recursive: true });
  const commit = (await $`git rev-parse --short=12 HEAD`.nothrow().quiet().text()).trim();
  const name = target ?? `bun-${process.platform}-${process.arch}`;
  const defines = [
    `--define=BUILD_COMMIT=${JSON.stringify(commit || "unknown")}`,
    `--define=BUILD_TARGET=${JSON.stringify(name.replace(/^bun-/, ""))}`,
  ];
  await $`${process.execPath} build --compile --production --minify --bytecode --format=esm --splitting --no-compile-autoload-dotenv --no-compile-autoload-bunfig ${defines} ${target ? [`--target=${target}`] : []} --outfile=${outfile} ${entries}/main.ts ${entries}/worker.ts`
    .cwd(`${import.meta.dir}/..`)
    .quiet();
}
