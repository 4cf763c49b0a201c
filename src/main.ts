#!/usr/bin/env bun
import { restartTuned } from "./commands/restart-tuned.ts";

const words = process.argv.slice(2);
// Before anything else is loaded: it would be loaded twice.
restartTuned(words);
const { runProgram } = await import("./commands/run-program.ts");
await runProgram(words);
