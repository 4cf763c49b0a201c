import { readConfig } from "../config/read-config.ts";
import { defineCommand } from "./command.ts";
import { monitorFlags } from "./shared-flags.ts";

export const monitorCommand = defineCommand({
  summary: "Watch a spool folder and ingest the submissions that arrive.",
  args: monitorFlags,
  examples: [
    ["kci-ingester monitor --spool-dir spool --once", "ingest into kernelci.db, then exit"],
    [
      "kci-ingester monitor --spool-dir /srv/spool --database postgres://kci@db/kcidb",
      "run as a service",
    ],
  ],
  async run(args) {
    const config = readConfig(args, process.env);
    const { runMonitor } = await import("./run-monitor.ts");
    return runMonitor(config);
  },
});
