import type { Command } from "./command.ts";

/** A command that is loaded when it is called for: start-up pays for nothing else. */
export interface LeafEntry {
  summary: string;
  aliases?: readonly string[];
  load(): Promise<Command>;
}

/** A word under which further commands stand. */
export interface GroupEntry {
  summary: string;
  aliases?: readonly string[];
  commands: CommandTable;
}

export type CommandEntry = LeafEntry | GroupEntry;
export type CommandTable = Readonly<Record<string, CommandEntry>>;

/** All commands, in the order of the help. */
export const commands: CommandTable = {
  monitor: {
    summary: "watch a spool and ingest what arrives",
    aliases: ["monitor_submissions", "monitor-submissions"],
    load: async () => (await import("./monitor.ts")).monitorCommand,
  },
  validate: {
    summary: "say of files whether the service would accept them, and if not, why",
    load: async () => (await import("./validate.ts")).validateCommand,
  },
  upgrade: {
    summary: "write submissions in the form of the newest version of the format",
    load: async () => (await import("./upgrade.ts")).upgradeCommand,
  },
  schema: {
    summary: "print the JSON Schema of a version of the format",
    load: async () => (await import("./schema.ts")).schemaCommand,
  },
  migrate: {
    summary: "create the tables of a database",
    load: async () => (await import("./migrate.ts")).migrateCommand,
  },
  completion: {
    summary: "print the script that makes a shell complete all this",
    load: async () => (await import("./completion.ts")).completionCommand,
  },
};
