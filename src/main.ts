#!/usr/bin/env bun
import { endOnCrash } from "./commands/crash.ts";
import { runCli } from "./commands/run-cli.ts";
import { givenSecrets } from "./given-secrets.ts";
import { knowSecrets } from "./known-secrets.ts";

const words = process.argv.slice(2);
// Until the process ends: whatever leaves it is masked.
knowSecrets(givenSecrets(process.env, words));
endOnCrash();
process.exitCode = await runCli(words);
// What a command leaves open, such as an idle thread, must not keep the process alive.
process.exit();
