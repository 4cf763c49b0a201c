/** A list of mistakes, by its name. */
const mistakes = (list: string) => ({
  [`${list}[].path`]: "where, as a JSON path from the root",
  [`${list}[].line?`]: "line of the file, from 1",
  [`${list}[].column?`]: "column of that line in characters, from 1",
  [`${list}[].code`]: "what kind of mistake, one word",
  [`${list}[].expected`]: "what the format wants there",
  [`${list}[].got`]: "what is there",
  [`${list}[].times?`]: "how often the same is there, in all objects",
  [`${list}[].places[]?`]: "the first places of several, this one among them",
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
      file: "the path as it was given",
      valid: "whether the service would take it",
      version: "the version of the result, of a refused file the one that it names; or null",
      upgraded_from: "the version that it names where that is an older one; else null",
      reason:
        "of a refused file: why, one word; `warnings` with `--strict`, `unreadable` where it cannot be read; else null",
      "issues[]": "its mistakes, one of each kind, up to `--max-issues`",
      ...mistakes("issues"),
      "issues[].fix?": "the same as a JSON Patch (RFC 6902) of the document",
      "issues[].edit.offset?":
        "the same of a text that is no JSON: from where, in UTF-16 units from 0",
      "issues[].edit.length?": "how many to take out there",
      "issues[].edit.text?": "what to put in",
      issue_count: "how many mistakes there are in all",
      "counts.*": "objects by list: `checkouts`, `builds`, …; none of a refused file",
      "warnings[]":
        "what is odd about a valid file, one of each kind, up to `--max-issues`; fields as of `issues`",
      ...mistakes("warnings"),
      warning_count: "how many warnings there are in all",
      "outside.*": "references that lead out of the file, by field: `checkout_id`, `build_id`, …",
      "message?": "of a file that cannot be read: why",
    },
  },
  ingest: {
    version: 1,
    isLines: true,
    fields: {
      file: "the path as it was given",
      ingested: "whether it was taken, and its rows were written",
      rows: "how many rows it has; 0 of a refused file",
      reason: "of a refused file: why, one word; else null",
      "issues[]": "its first mistakes, one of each kind",
      ...mistakes("issues"),
      issue_count: "how many mistakes there are in all",
    },
  },
  explain: {
    version: 1,
    fields: {
      path: "the field",
      description: "what it is for",
      type: "its type, in words",
      "rule?": "what its value must keep to",
      required: "whether it must be there",
      "example?": "a value that it could have; not of one that newer versions have no more",
      since: "the first version that has it",
      "until?": "the last one, where newer versions have it no more",
      "became?": "what became of it",
      "columns[]": "the columns of the dashboard's database that it fills, as `table.column`",
      "fields[]": "the fields within it",
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
      "issues[]?": "the first mistakes, one of each kind",
      ...mistakes("issues"),
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
} as const;
