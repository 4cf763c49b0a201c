/**
 * Everything that must be green before a change lands: install, format and lint, types, all tests.
 * Each step has this process' own output, so that nothing a test leaves behind can hold it open.
 */
const steps = [
  ["bun", "install", "--frozen-lockfile"],
  ["bun", "run", "--bun", "biome", "check", "."],
  ["bun", "check", "--no-script"],
  // Real processes and servers, on machines that others use, too.
  ["bun", "test", "--timeout", "60000"],
];

for (const step of steps) {
  const { exitCode } = Bun.spawnSync(step, { stdio: ["ignore", "inherit", "inherit"] });
  if (exitCode !== 0) process.exit(exitCode);
}
