import { expect, test } from "bun:test";
import { withDeadline } from "../../../scripts/bench/deadline.ts";
import { lookAtMachine } from "../../../scripts/bench/machine.ts";

test("a step of a measurement that hangs ends in an error that names it", async () => {
  const never = new Promise<void>(() => {});
  const step = withDeadline(never, "to read the rows back", 20);
  expect(step).rejects.toThrow("to read the rows back did not end within 0.02 s");
  expect(await withDeadline(Promise.resolve(7), "a quick step", 60_000)).toBe(7);
});

test("a machine that others use is told of before it is measured on", async () => {
  const spin = `const end = Date.now() + 20_000; while (Date.now() < end) {}`;
  const busy = Bun.spawn([process.execPath, "-e", spin]);
  const { about, warning } = await lookAtMachine();
  busy.kill();
  expect(about).toMatch(/^\d+ × .+, [\d.]+ GB of [\d.]+ GB free, load [\d.]+, \d+ % busy$/);
  expect(warning).toContain("other programs take");
});
