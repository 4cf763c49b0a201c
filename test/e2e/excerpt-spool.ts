import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Submissions by file name. */
export type Files = ReadonlyMap<string, object>;

/** A text of about this many bytes that differs from all others of another name. */
export function excerptText(name: string, bytes = 600): string {
  return `${name}: ${"[    1.0] kernel log line\n".repeat(bytes / 26)}`;
}

/** A submission of one checkout, one build with the first text, and a test for each further one. */
export function submissionOf(name: string, texts: readonly string[]): object {
  const common = (kind: string) => ({ id: `lab:${name}-${kind}`, origin: "lab" });
  const [first, ...rest] = texts;
  return {
    version: { major: 5, minor: 3 },
    checkouts: [common("checkout")],
    builds: [
      {
        ...common("build"),
        checkout_id: `lab:${name}-checkout`,
        ...(first === undefined ? {} : { log_excerpt: first }),
      },
    ],
    tests: rest.map((text, n) => ({
      ...common(`test-${n}`),
      build_id: `lab:${name}-build`,
      log_excerpt: text,
      ...(n % 2 === 0 ? {} : { output_files: [{ name: "dmesg", url: `http://lab/${name}/${n}` }] }),
    })),
  };
}

/**
 * A number of submissions with a number of distinct long texts each; beside them each has a short text, and one
 * long text that all of them share.
 */
export function makeFiles(count: number, textsEach: number, bytes = 600): Files {
  return new Map(
    Array.from({ length: count }, (_, n) => {
      const own = Array.from({ length: textsEach }, (_, k) => excerptText(`text ${n}.${k}`, bytes));
      const texts = [...own, "a short text", excerptText("a text of all")];
      return [`${String(n).padStart(5, "0")}.json`, submissionOf(String(n), texts)];
    }),
  );
}

/** Puts files into a spool as a writer should: under another name first. */
export function fillSpool(spool: string, files: Files): void {
  for (const [name, submission] of files) {
    writeFileSync(join(spool, `${name}.temp`), JSON.stringify(submission));
  }
  for (const name of files.keys()) renameSync(join(spool, `${name}.temp`), join(spool, name));
}
