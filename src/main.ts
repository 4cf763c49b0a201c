#!/usr/bin/env bun
import { givenSecrets } from "./base/given-secrets.ts";
import { knowSecrets } from "./base/known-secrets.ts";
import { endOnCrash } from "./commands/crash.ts";
import { runCli } from "./commands/run-cli.ts";

const words = process.argv.slice(2);
// Until the process ends: whatever leaves it is masked.
knowSecrets(givenSecrets(process.env, words));
endOnCrash();
process.exitCode = await runCli(words);
// What a command leaves open, such as an idle thread, must not keep the process alive.
process.exit();
