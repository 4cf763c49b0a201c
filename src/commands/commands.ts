import type { Command } from "./command.ts";

/** A command that is loaded when it is called for: start-up pays for nothing else. */
export interface CommandEntry {
  summary: string;
  aliases?: readonly string[];
  load(): Promise<Command>;
}

/** All commands, in the order of the help. */
export const commands: Readonly<Record<string, CommandEntry>> = {
  monitor: {
    summary: "watch a spool and ingest what arrives",
    aliases: ["monitor_submissions", "monitor-submissions"],
    load: async () => (await import("./monitor.ts")).monitorCommand,
  },
  migrate: {
    summary: "create the tables of a database",
    load: async () => (await import("./migrate.ts")).migrateCommand,
  },
};
