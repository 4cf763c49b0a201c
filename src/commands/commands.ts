import type { CommandTable } from "./command.ts";

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
  ingest: {
    summary: "write files into a database as they lie",
    load: async () => (await import("./ingest.ts")).ingestCommand,
  },
  upgrade: {
    summary: "write submissions in the form of the newest version of the format",
    load: async () => (await import("./upgrade.ts")).upgradeCommand,
  },
  schema: {
    summary: "print the JSON Schema of a version of the format",
    load: async () => (await import("./schema.ts")).schemaCommand,
  },
  explain: {
    summary: "explain a field of the format",
    load: async () => (await import("./explain.ts")).explainCommand,
  },
  migrate: {
    summary: "create the tables of a database",
    load: async () => (await import("./migrate.ts")).migrateCommand,
  },
  backup: {
    summary: "copy a SQLite database while the service runs",
    load: async () => (await import("./backup.ts")).backupCommand,
  },
  status: {
    summary: "show what waits, what failed and whether the database can be used",
    load: async () => (await import("./status.ts")).statusCommand,
  },
  failed: {
    summary: "look at refused submissions and put them back",
    commands: {
      list: {
        summary: "list refused submissions, one a line",
        load: async () => (await import("./failed-list.ts")).failedListCommand,
      },
      show: {
        summary: "say why a submission was refused",
        load: async () => (await import("./failed-show.ts")).failedShowCommand,
      },
      retry: {
        summary: "put refused submissions back into the spool",
        load: async () => (await import("./failed-retry.ts")).failedRetryCommand,
      },
    },
  },
  results: {
    summary: "look at what was ingested: what failed, where, and since when",
    byDefault: "summary",
    commands: {
      summary: {
        summary: "show trees with their newest commit; `results` alone does",
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
        summary: "list tests that are no boots",
        load: async () => (await import("./results/lists.ts")).testsCommand,
      },
      test: {
        summary: "show one test, its log excerpt and its last runs",
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
        summary: "show what waits for a build or a checkout",
        load: async () => (await import("./results/others.ts")).waitingCommand,
      },
    },
  },
  serve: {
    summary: "serve what was ingested to browsers and to kci-dev",
    load: async () => (await import("./serve.ts")).serveCommand,
  },
  doctor: {
    summary: "check everything that the service needs",
    load: async () => (await import("./doctor.ts")).doctorCommand,
  },
  gc: {
    summary: "delete archived and refused submissions that are old enough",
    load: async () => (await import("./gc.ts")).gcCommand,
  },
  prune: {
    summary: "delete old rows of a database",
    load: async () => (await import("./prune.ts")).pruneCommand,
  },
  completion: {
    summary: "print the script that makes a shell complete all this",
    load: async () => (await import("./completion.ts")).completionCommand,
  },
};
