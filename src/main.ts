#!/usr/bin/env bun
import { runCli } from "./commands/run-cli.ts";

process.exitCode = await runCli(process.argv.slice(2));
// What a command leaves open, such as an idle thread, must not keep the process alive.
process.exit();
