/**
 * Everything that must be green before a change lands: install, format and lint, types, all tests.
 * Each step has this process' own output, so that nothing a test leaves behind can hold it open; and a
 * process of its own, since only one that begins after the install finds the packages.
 */
const steps = [
  ["bun", "install", "--frozen-lockfile"],
  ["bun", "run", "--bun", "biome", "check", "."],
  ["bun", "check", "--no-script"],
  ["bun", "--no-orphans", "scripts/run-tests.ts", ...process.argv.slice(2)],
];

for (const step of steps) {
  const { exitCode } = Bun.spawnSync(step, { stdio: ["ignore", "inherit", "inherit"] });
  if (exitCode !== 0) process.exit(exitCode);
}
