import type { CommandTable } from "./command.ts";

/** All commands, in the order of the help. */
export const commands: CommandTable = {
  monitor: {
    summary: "watch a spool folder and ingest what arrives",
    aliases: ["monitor_submissions", "monitor-submissions"],
    load: async () => (await import("./monitor.ts")).monitorCommand,
  },
  validate: {
    summary: "check whether the service would accept files, and say why not",
    load: async () => (await import("./validate.ts")).validateCommand,
  },
  ingest: {
    summary: "load files directly into a database",
    load: async () => (await import("./ingest.ts")).ingestCommand,
  },
  upgrade: {
    summary: "convert submissions to the newest version of the format",
    load: async () => (await import("./upgrade.ts")).upgradeCommand,
  },
  schema: {
    summary: "print the JSON Schema for a version of the format",
    load: async () => (await import("./schema.ts")).schemaCommand,
  },
  explain: {
    summary: "explain a field of the format",
    load: async () => (await import("./explain.ts")).explainCommand,
  },
  migrate: {
    summary: "create the missing tables of a database",
    load: async () => (await import("./migrate.ts")).migrateCommand,
  },
  backup: {
    summary: "copy a SQLite database while the service runs",
    load: async () => (await import("./backup.ts")).backupCommand,
  },
  status: {
    summary: "show what is waiting, what failed, and whether the database is usable",
    load: async () => (await import("./status.ts")).statusCommand,
  },
  failed: {
    summary: "list, explain and retry refused submissions",
    commands: {
      list: {
        summary: "list refused submissions, one per line",
        load: async () => (await import("./failed-list.ts")).failedListCommand,
      },
      show: {
        summary: "explain why a submission was refused",
        load: async () => (await import("./failed-show.ts")).failedShowCommand,
      },
      retry: {
        summary: "put refused submissions back into the spool",
        load: async () => (await import("./failed-retry.ts")).failedRetryCommand,
      },
    },
  },
  results: {
    summary: "query what was ingested: what failed, where, and since when",
    byDefault: "summary",
    commands: {
      summary: {
        summary: "show each tree's newest commit; the default of `results`",
        load: async () => (await import("./results/summary.ts")).summaryCommand,
      },
      failures: {
        summary: "show what failed, and since when",
        load: async () => (await import("./results/failures.ts")).failuresCommand,
      },
      builds: {
        summary: "list builds",
        load: async () => (await import("./results/lists.ts")).buildsCommand,
      },
      boots: {
        summary: "list boots",
        load: async () => (await import("./results/lists.ts")).bootsCommand,
      },
      tests: {
        summary: "list tests other than boots",
        load: async () => (await import("./results/lists.ts")).testsCommand,
      },
      test: {
        summary: "show one test with its log excerpt and its last runs",
        load: async () => (await import("./results/test.ts")).testCommand,
      },
      compare: {
        summary: "compare two commits",
        load: async () => (await import("./results/compare.ts")).compareCommand,
      },
      hardware: {
        summary: "list platforms",
        load: async () => (await import("./results/others.ts")).hardwareCommand,
      },
      issues: {
        summary: "list known issues",
        load: async () => (await import("./results/others.ts")).issuesCommand,
      },
      waiting: {
        summary: "show what is waiting for a build or a checkout",
        load: async () => (await import("./results/others.ts")).waitingCommand,
      },
    },
  },
  serve: {
    summary: "serve results to browsers and to kci-dev",
    load: async () => (await import("./serve.ts")).serveCommand,
  },
  doctor: {
    summary: "check everything the service needs",
    load: async () => (await import("./doctor.ts")).doctorCommand,
  },
  gc: {
    summary: "delete old archived and refused submissions, or pack the archive",
    load: async () => (await import("./gc.ts")).gcCommand,
  },
  prune: {
    summary: "delete old rows from a database",
    load: async () => (await import("./prune.ts")).pruneCommand,
  },
  completion: {
    summary: "print a shell completion script",
    load: async () => (await import("./completion.ts")).completionCommand,
  },
};
