const promtool = Bun.which("promtool");

/** Debian's `prometheus` package; tests of what Prometheus reads are skipped without it. */
export const hasPromtool: boolean = promtool !== null;

if (!hasPromtool) console.warn("SKIPPED: tests with promtool, because it is not installed");

/** Runs promtool and returns what it said on both streams and its exit code. */
export async function runPromtool(
  words: string[],
  input = "",
): Promise<{ code: number; output: string }> {
  const child = Bun.spawn([promtool ?? "promtool", ...words], {
    stdin: new Blob([input]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, output: out + err };
}
