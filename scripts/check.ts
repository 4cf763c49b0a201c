import { $ } from "bun";

/** Everything that must be green before a change lands: install, format, lint, types, all tests. */
await $`bun install --frozen-lockfile`;
await $`bun run --bun biome check .`;
await $`bun check --no-script`;
await $`bun test`;
