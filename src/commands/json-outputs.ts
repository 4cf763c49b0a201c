/** What a command prints with `--json`. */
export interface JsonOutput {
  /** One more when a field goes or means something else; new fields may come at any time. */
  readonly version: number;
  /** One object a line, rather than one in all. */
  readonly isLines?: true;
  /**
   * What each field is. `a.b` is within `a`, `a[].b` within each object of a list, `a.*` stands for names that
   * depend on what there is. One that ends in `?` may be absent.
   */
  readonly fields: Readonly<Record<string, string>>;
}

const mistakes = {
  "issues[].path": "where, as a JSON path from the root",
  "issues[].line?": "line of the file, from 1",
  "issues[].column?": "column of that line in characters, from 1",
  "issues[].code": "what kind of mistake, one word",
  "issues[].expected": "what the format wants there",
  "issues[].got": "what is there",
  "issues[].hint?": "what to change",
} as const;

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

/** Every `--json`, by command. The guide shows it, and a test holds the outputs against it. */
export const jsonOutputs = {
  validate: {
    version: 1,
    isLines: true,
    fields: {
      file: "the path as it was given",
      valid: "whether the service would take it",
      version: "the version of the result, of a refused file the one that it names; or null",
      upgraded_from: "the version that it names where that is an older one; else null",
      "reason?": "of a refused file: why, one word",
      "issues[]": "its mistakes, up to `--max-issues`",
      ...mistakes,
      "issue_count?": "of a refused file: how many mistakes there are in all",
      "counts.*": "objects by list: `checkouts`, `builds`, …; none of a refused file",
    },
  },
  migrate: {
    version: 1,
    fields: {
      "tables[]": "tables that were made",
      "indexes[]": "indexes that were made",
      "columns[]": "columns that were added, as `table.column`",
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
  "failed list": {
    version: 1,
    isLines: true,
    fields: {
      file: "the name in `failed/`",
      when: "when it was refused",
      bytes: "its size",
      stage:
        "where in its way: `read`, `parse`, `validate`, `upgrade`, `store`; null where the reason is lost",
      reason: "why, one word, or null",
      message: "the first mistake in one sentence, or null",
      "origins[]": "the origins that it names",
      version: "the version that it names, or null",
      issue_count: "how many mistakes it has, or null",
    },
  },
  "failed show": {
    version: 1,
    fields: {
      file: "the name in `failed/`",
      "when?": "when it was refused",
      "stage?": "where in its way",
      reason: "why, one word; null where its `.error` file is lost, or where it was ingested",
      "message?": "the first mistake in one sentence",
      "origins[]?": "the origins that it names",
      "version?": "the version that it names",
      "issues[]?": "the first mistakes",
      ...mistakes,
      "issue_count?": "how many mistakes there are in all",
      "archived?": "of a submission that was ingested: where it lies below the spool",
      "bytes?": "of one that was ingested: its size",
    },
  },
  "failed retry": {
    version: 1,
    isLines: true,
    fields: {
      file: "the name in `failed/`",
      result: "`moved`, `would-move`, `occupied`, `vanished` or `stuck`",
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
} as const satisfies Readonly<Record<string, JsonOutput>>;

/** What a command prints, with the version of its fields. */
export function versioned<T extends object>(
  command: keyof typeof jsonOutputs,
  value: T,
): T & { json_version: number } {
  return { json_version: jsonOutputs[command].version, ...value };
}
