import { needsProgram } from "../needs.ts";

/** Debian's `prometheus` package; tests of what Prometheus reads are skipped without it. */
export const hasPromtool: boolean = needsProgram("promtool", "what Prometheus reads");

/** Runs promtool and returns what it said on both streams and its exit code. */
export async function runPromtool(
  words: string[],
  input = "",
): Promise<{ code: number; output: string }> {
  const child = Bun.spawn(["promtool", ...words], {
    stdin: new Blob([input]),
    stdout: "pipe",
    stderr: "pipe",
    // It lives for a moment: to collect its garbage takes a sixth of its processor time.
    env: { ...process.env, GOGC: "off" },
  });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, output: out + err };
}
