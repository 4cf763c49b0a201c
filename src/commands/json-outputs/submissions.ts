/** A list of mistakes, by its name. */
const mistakesOf = (list: string) => ({
  [`${list}[].path`]: "where, as a JSON path from the root",
  [`${list}[].line?`]: "line of the file, from 1",
  [`${list}[].column?`]: "column of that line in characters, from 1",
  [`${list}[].code`]: "kind of mistake, one word",
  [`${list}[].expected`]: "what the format expects there",
  [`${list}[].got`]: "what was found there",
  [`${list}[].times?`]: "how often the same mistake occurs, in all objects",
  [`${list}[].places[]?`]: "if it occurs more than once: the first places, including this one",
  [`${list}[].places[].path`]: "where, as a JSON path from the root",
  [`${list}[].places[].line?`]: "line of the file, from 1",
  [`${list}[].places[].column?`]: "column of that line in characters, from 1",
  [`${list}[].hint?`]: "what to change",
});

/** What the commands print that deal with submissions. */
export const submissionOutputs = {
  validate: {
    version: 1,
    isLines: true,
    fields: {
      file: "the path as given",
      valid: "whether the service would accept it",
      version: "the version after upgrading; for a refused file the version it names; or null",
      upgraded_from: "the version it names, if older; else null",
      reason:
        "for a refused file, why in one word; `warnings` with `--strict`, `unreadable` if it cannot be read; else null",
      "issues[]": "its mistakes, one of each kind, up to `--max-issues`",
      ...mistakesOf("issues"),
      "issues[].fix?": "the fix as a JSON Patch (RFC 6902) for the document",
      "issues[].edit.offset?": "the fix for text that is not JSON: offset in UTF-16 units, from 0",
      "issues[].edit.length?": "how many units to remove there",
      "issues[].edit.text?": "what to insert there",
      issue_count: "total number of mistakes",
      "counts.*": "number of objects by list: `checkouts`, `builds`, …; empty for a refused file",
      "warnings[]":
        "warnings about a valid file, one of each kind, up to `--max-issues`; same fields as in `issues`",
      ...mistakesOf("warnings"),
      warning_count: "total number of warnings",
      "outside.*":
        "number of references to objects outside the file, by field: `checkout_id`, `build_id`, …",
      "message?": "for a file that cannot be read: why",
    },
  },
  ingest: {
    version: 1,
    isLines: true,
    fields: {
      file: "the path as given",
      ingested: "whether it was accepted and its rows were written",
      rows: "number of rows written; 0 for a refused file",
      reason: "for a refused file: why, in one word; else null",
      "issues[]": "its first mistakes, one of each kind",
      ...mistakesOf("issues"),
      issue_count: "total number of mistakes",
    },
  },
  explain: {
    version: 1,
    fields: {
      path: "the field",
      description: "what it is for",
      type: "its type, in words",
      "rule?": "the rule for its value",
      required: "whether it is required",
      "example?": "an example value; absent if newer versions no longer have the field",
      since: "the first version that has it",
      "until?": "the last version that has it, if newer versions do not",
      "became?": "what replaced it",
      "columns[]": "the columns it fills in the dashboard's database, as `table.column`",
      "fields[]": "its nested fields",
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
        "at which stage: `read`, `parse`, `validate`, `upgrade`, `store`; null if the reason is lost",
      reason: "why, in one word, or null",
      message: "the first mistake in one sentence, or null",
      "origins[]": "the origins it names",
      version: "the version it names, or null",
      issue_count: "number of mistakes, or null",
    },
  },
  "failed show": {
    version: 1,
    fields: {
      file: "the name in `failed/`",
      "when?": "when it was refused",
      "stage?": "at which stage",
      reason: "why, in one word; null if its `.error` file is lost or it was ingested",
      "message?": "the first mistake in one sentence",
      "origins[]?": "the origins it names",
      "version?": "the version it names",
      "issues[]?": "the first mistakes, one of each kind",
      ...mistakesOf("issues"),
      "issue_count?": "total number of mistakes",
      "archived?": "for an ingested submission: its path inside the spool",
      "bytes?": "for an ingested submission: its size",
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
} as const;
