const folder = (name: string, what: string) => ({
  [`${name}.files`]: `how many ${what}`,
  [`${name}.bytes`]: "their size",
  [`${name}.oldest`]: "when the oldest was written, or null",
  [`${name}.newest`]: "when the newest was written, or null",
  [`${name}.sampled`]: "true if sizes and times come from a sample",
});

/** What one part of `gc` has done; `what` it deals with. */
const garbage = (name: string, what = "submissions that were, or would be, deleted") => ({
  [`${name}.files?`]: what,
  [`${name}.bytes?`]: "their size",
  [`${name}.kept?`]: "how many are too recent",
  [`${name}.left?`]: "how many could not be read or deleted, or changed meanwhile",
  [`${name}.names[]?`]: "their names, with `--dry-run`",
});

/** What the commands print that look after the service, its files and its database. */
export const operationOutputs = {
  migrate: {
    version: 1,
    fields: {
      "tables[]": "tables created",
      "indexes[]": "indexes created",
      "columns[]": "columns added, as `table.column`",
      "views[]": "views created",
    },
  },
  backup: {
    version: 1,
    fields: {
      database: "the database, without its password",
      file: "the backup",
      bytes: "its size",
      "rows.*": "rows by table",
      seconds: "how long it took",
    },
  },
  status: {
    version: 1,
    fields: {
      spool: "the folder",
      "service.running": "whether a service holds the spool",
      "service.pid?": "its process",
      "service.host?": "its machine",
      "service.since?": "when it started",
      "service.version?": "its version, or null",
      "service.database?": "its database, or null",
      "service.ready?": "whether it is ready; null if it could not be asked",
      "service.says?": "why it is or is not ready, or null",
      ...folder("waiting", "submissions are waiting"),
      ...folder("failed", "submissions were refused"),
      ...folder("archive", "submissions were ingested and archived"),
      "packed.files": "number of archived submissions in packs",
      "packed.bytes": "their size",
      "packed.packed_bytes": "the size of the packs",
      "packed.packs": "number of packs",
      "packed.oldest": "the day of the oldest pack, or null",
      "packed.newest": "the day of the newest pack, or null",
      "packed.trouble": "why the packs cannot be read, or null",
      "standbys[]": "standby services, waiting to take over",
      "standbys[].pid": "the process",
      "standbys[].host": "its machine",
      "standbys[].since": "since when it has been waiting",
      "disks[].names[]": "what is stored on the disk: `spool`, `archive`, `failed`, `database`",
      "disks[].room": "free space: `enough`, `low` (below 5 %) or `full` (below 1 %)",
      "disks[].free_bytes": "free bytes",
      "disks[].size_bytes": "total bytes",
      "disks[].free_inodes": "free inodes, or null",
      "disks[].inodes": "total inodes, or null",
      last_ingestion: "when rows were last committed, or null",
      "database.url": "the database, without its password",
      "database.state": "`ready`, `absent`, `outdated`, `incomplete`, `unreachable` or `unusable`",
      "database.detail": "the state in words",
    },
  },
  doctor: {
    version: 1,
    fields: {
      ok: "whether the service can start",
      "checks[].name": "what was checked: `process`, `spool`, `trees`, `database`, `storage`, …",
      "checks[].state": "`ok`, `warn` or `fail`",
      "checks[].detail": "what was found",
      "checks[].hint?": "how to fix it",
    },
  },
  gc: {
    version: 1,
    fields: {
      dry_run: "whether this was a dry run",
      ...garbage("failed"),
      ...garbage("archive"),
      ...garbage("packs", "submissions in packs that were, or would be, deleted"),
      "packs.packs?": "number of packs deleted, or that would be",
      ...garbage("packed", "archived submissions that were, or would be, packed"),
      "packed.packs[]?": "the packs created",
    },
  },
  prune: {
    version: 1,
    fields: {
      dry_run: "whether this was a dry run",
      database: "the database, without its password",
      before: "rows last ingested before this time are old enough",
      origin: "the value of `--origin`, or null",
      "rows.*": "rows that were, or would be, deleted, by table",
      "given_back_bytes?": "bytes by which a SQLite file shrank",
      "free_bytes?": "free bytes left inside the file for new rows",
    },
  },
} as const;
