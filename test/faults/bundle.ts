import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterThisProcess } from "../after-this-process.ts";

const source = join(import.meta.dir, "../../src");
let bundled: Promise<string> | undefined;

/**
 * The program in few files, made once: a sweep starts it a thousand times, and then it takes a third
 * less of a processor than from its source. The limits that `inject.ts` changes stay outside. Returns
 * the path of its main module.
 */
export function bundle(): Promise<string> {
  bundled ??= make();
  return bundled;
}

// --- internal ---

async function make(): Promise<string> {
  const outdir = mkdtempSync(join(tmpdir(), "kci-bundle-"));
  afterThisProcess('rm -rf "$1"', outdir);
  await Bun.build({
    entrypoints: [join(source, "main.ts"), join(source, "worker.ts")],
    outdir,
    target: "bun",
    splitting: true,
    minify: { whitespace: true, syntax: true },
    plugins: [
      {
        name: "limits outside",
        setup(build) {
          build.onResolve({ filter: /\/(service-limits|store-timeouts)\.ts$/ }, ({ path }) => ({
            path: join(source, "commands", path.replace(/.*\//, "")),
            external: true,
          }));
        },
      },
    ],
  });
  // The name by which the program starts a worker.
  writeFileSync(join(outdir, "worker.ts"), 'import "./worker.js";\n');
  // Some tests start it as a user who owns nothing.
  chmodSync(outdir, 0o755);
  return join(outdir, "main.js");
}
