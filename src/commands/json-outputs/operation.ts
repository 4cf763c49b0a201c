const folder = (name: string, what: string) => ({
  [`${name}.files`]: `how many ${what}`,
  [`${name}.bytes`]: "their size",
  [`${name}.oldest`]: "when the oldest was written, null where there is none",
  [`${name}.newest`]: "when the newest was written, null where there is none",
  [`${name}.sampled`]: "true where sizes and times are those of a sample",
});

/** What one part of `gc` has done; `what` it deals with. */
const garbage = (name: string, what = "submissions that are, or would be, deleted") => ({
  [`${name}.files?`]: what,
  [`${name}.bytes?`]: "their size",
  [`${name}.kept?`]: "how many are too young",
  [`${name}.left?`]: "how many cannot be read or deleted, or changed meanwhile",
  [`${name}.names[]?`]: "their names, with `--dry-run`",
});

/** What the commands print that look after the service, its files and its database. */
export const operationOutputs = {
  migrate: {
    version: 1,
    fields: {
      "tables[]": "tables that were made",
      "indexes[]": "indexes that were made",
      "columns[]": "columns that were added, as `table.column`",
      "views[]": "views that were made",
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
      "service.running": "whether a service has the spool",
      "service.pid?": "its process",
      "service.host?": "its machine",
      "service.since?": "when it began",
      "service.version?": "its version, or null",
      "service.database?": "its database, or null",
      "service.ready?": "whether it is ready, null where it cannot be asked",
      "service.says?": "what it says of that, or null",
      ...folder("waiting", "submissions wait"),
      ...folder("failed", "submissions are refused"),
      ...folder("archive", "submissions were ingested and archived"),
      "packed.files": "how many archived submissions are in packs",
      "packed.bytes": "their size",
      "packed.packed_bytes": "the size of the packs",
      "packed.packs": "how many packs there are",
      "packed.oldest": "the day of the oldest, null where there is none",
      "packed.newest": "the day of the newest, null where there is none",
      "packed.trouble": "why packs cannot be looked at, or null",
      "standbys[]": "services that wait to take over",
      "standbys[].pid": "the process",
      "standbys[].host": "its machine",
      "standbys[].since": "when it began to wait",
      "disks[].names[]": "what lies on the disk: `spool`, `archive`, `failed`, `database`",
      "disks[].room": "how much room it has: `enough`, `low` below 5 %, `full` below 1 %",
      "disks[].free_bytes": "its bytes that are free",
      "disks[].size_bytes": "all its bytes",
      "disks[].free_inodes": "its inodes that are free, or null",
      "disks[].inodes": "all its inodes, or null",
      last_ingestion: "when rows were last committed, or null",
      "database.url": "the database, without its password",
      "database.state": "`ready`, `absent`, `outdated`, `incomplete`, `unreachable` or `unusable`",
      "database.detail": "the same in words",
    },
  },
  doctor: {
    version: 1,
    fields: {
      ok: "whether the service can start",
      "checks[].name": "what was looked at: `process`, `spool`, `trees`, `database`, `storage`, …",
      "checks[].state": "`ok`, `warn` or `fail`",
      "checks[].detail": "what was found",
      "checks[].mend?": "what to do about it",
    },
  },
  gc: {
    version: 1,
    fields: {
      dry_run: "whether nothing was deleted",
      ...garbage("failed"),
      ...garbage("archive"),
      ...garbage("packs", "submissions in packs that are, or would be, deleted"),
      "packs.packs?": "how many packs that are",
      ...garbage("packed", "archived submissions that are, or would be, packed"),
      "packed.packs[]?": "the packs that were made",
    },
  },
  prune: {
    version: 1,
    fields: {
      dry_run: "whether nothing was deleted",
      database: "the database, without its password",
      before: "rows that were last ingested before are old enough",
      origin: "that of `--origin`, or null",
      "rows.*": "rows that are, or would be, deleted, by table",
      "given_back_bytes?": "by how much a SQLite file is smaller",
      "free_bytes?": "what is left in it for new rows",
    },
  },
} as const;
