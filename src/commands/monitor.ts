import { readConfig } from "../config/read-config.ts";
import { defineCommand } from "./command.ts";
import { restartTuned } from "./restart-tuned.ts";
import { databaseFlag, maxFileSizeFlag, treesFileFlag } from "./shared-flags.ts";

export const monitorCommand = defineCommand({
  summary: "Watch a spool folder and ingest the submissions that arrive.",
  args: {
    "spool-dir": {
      type: "string",
      valueHint: "DIR",
      description: "the spool; it and its sub-folders are made if missing (SPOOL_DIR)",
    },
    "max-workers": {
      type: "string",
      valueHint: "N",
      description: "prepare at most N files in parallel (5)",
    },
    interval: {
      type: "string",
      valueHint: "S",
      description: "seconds between scans when nothing wakes the service earlier (5)",
    },
    "trees-file": treesFileFlag,
    database: databaseFlag,
    once: { type: "boolean", description: "ingest all that is there, then exit" },
    "max-file-size": maxFileSizeFlag,
    "compress-archive": {
      type: "boolean",
      description:
        "keep archived files as NAME.json.zst (the REST receiver looks for the plain name)",
    },
    "metrics-port": {
      type: "string",
      valueHint: "PORT",
      description:
        "metrics and status page; 0 = off (INGESTER_METRICS_PORT; 8002, off with --once)",
    },
    "metrics-host": {
      type: "string",
      valueHint: "HOST",
      description: "where to serve (127.0.0.1)",
    },
    "log-format": { type: "string", valueHint: "text|json", description: "how to log (text)" },
    verbose: { type: "boolean", description: "log every file (VERBOSE)" },
    quiet: { type: "boolean", description: "log warnings and errors only" },
  },
  examples: [
    ["kci-ingester monitor --spool-dir spool --once", "into kernelci.db, then exit"],
    ["kci-ingester monitor --spool-dir /srv/spool --database postgres://kci@db/kcidb", "a service"],
  ],
  async run(args) {
    const config = readConfig(args, process.env);
    restartTuned();
    const { runMonitor } = await import("./run-monitor.ts");
    return runMonitor(config);
  },
});
