/** A kind of large objects, in a document of its own. */
export interface Family {
  readonly title: string;
  /** The fields of one, in about so many bytes. */
  readonly fields: (bytes: number) => string;
  /** How many there are, one after the other. */
  readonly times?: number;
  /** Of which version they are, and of which list, if not tests of the newest. */
  readonly as?: readonly [version: string, list: string];
  /** Why they are refused; absent where they go in. */
  readonly reason?: string;
  /** Tried with 64 MB, too: more values than `jsonb` holds are refused then. */
  readonly isHuge?: boolean;
  /** Tried in every run. */
  readonly isQuick?: boolean;
}

/** Where the peak of memory is not that of its neighbours, or once was far from it. */
export const families: readonly Family[] = [
  misc("[-0]", list("[-0]"), true),
  misc("[1.0]", list("[1.0]"), true),
  misc('{"a":1.0}', list('{"a":1.0}'), true),
  misc("1.0", list("1.0"), true),
  misc("short texts", list('"abc"'), true),
  misc("lists nested to the limit", list("[".repeat(900) + "]".repeat(900)), true),
  misc("names", object(name), true),
  misc("one long text", text("x"), true),
  misc("one text with a character beyond Latin-1", (bytes) => `"ж${"x".repeat(bytes)}"`),
  misc(
    "names that are numbers",
    object((n) => `"${4_000_000 - n}":1`),
  ),
  misc(
    "small objects of numbered names",
    list(() => '{"2":1,"1":1}'),
  ),
  misc("small values of all kinds", object(mixed)),
  {
    ...misc(
      "names with NUL",
      object((n) => `"\\u0000${n}":1`),
    ),
    reason: "unstorable",
  },
  {
    title: "a platform that is a list",
    fields: within("environment", platform),
    reason: "unstorable",
  },
  { title: "a lab that is an object", fields: lab, as: ["5.3", "builds"] },
  { title: "a comment of escapes", fields: field("comment", text("\\n")) },
  {
    title: "a comment with half a surrogate pair",
    fields: field("comment", (bytes) => `"\\ud800${"x".repeat(bytes)}"`),
    reason: "unstorable",
    isQuick: true,
  },
  {
    title: "an excerpt beyond Latin-1",
    fields: field("log_excerpt", text("ж")),
    reason: "invalid",
  },
  { title: "compatible", fields: within("environment", field("compatible", list('"ж"'))) },
  {
    title: "tags of escapes",
    fields: field("git_commit_tags", list('"\\n"')),
    as: ["5.3", "checkouts"],
  },
  { title: "files", fields: field("output_files", list(file)) },
  {
    title: "files that are none",
    fields: field(
      "output_files",
      list((n) => `{"name":"f${n}"}`),
    ),
    reason: "invalid",
  },
  { title: "a field that is unknown", fields: field("other", list('"abc"')), reason: "invalid" },
  { title: "a very long name", fields: (bytes) => `"${"x".repeat(bytes)}":1`, reason: "invalid" },
  { title: "four fields", fields: fourFields, isQuick: true },
  { title: "two objects", fields: field("misc", object(mixed)), times: 2 },
  {
    title: "a waived test of 4.0",
    fields: (bytes) => `"waived":true,${field("comment", text("ж"))(bytes)}`,
    as: ["4.0", "tests"],
  },
  {
    title: "a revision of 3.0",
    fields: (bytes) =>
      [field("patch_mboxes", list(file)), field("description", text("ж"))]
        .map((make) => make(bytes / 2))
        .join(),
    as: ["3.0", "revisions"],
  },
];

/** A document of such objects, each of about so many bytes. */
export function documentOf({ fields, times = 1, as = ["5.3", "tests"] }: Family, bytes: number) {
  const [version, kind] = as;
  const [major, minor] = version.split(".");
  const parents = { tests: '"build_id":"a:1",', builds: '"checkout_id":"a:1",' };
  const parent = parents[kind as keyof typeof parents] ?? "";
  const id = (n: number) => (kind === "revisions" ? "a".repeat(40) : `a:${n}`);
  const objects = Array.from(
    { length: times },
    (_, n) => `{"id":"${id(n)}","origin":"a",${parent}${fields(bytes)}}`,
  );
  return `{"version":{"major":${major},"minor":${minor}},"${kind}":[${objects.join()}]}`;
}

// --- internal ---

type Make = (bytes: number) => string;
type Value = string | ((n: number) => string);

function fill(bytes: number, value: Value): string {
  const values: string[] = [];
  for (let length = 0; length < bytes; length += Buffer.byteLength(values.at(-1) ?? "") + 1) {
    values.push(typeof value === "string" ? value : value(values.length));
  }
  return values.join();
}

function list(value: Value): Make {
  return (bytes) => `[${fill(bytes, value)}]`;
}

function object(member: Value): Make {
  return (bytes) => `{${fill(bytes, member)}}`;
}

function text(part: string): Make {
  return (bytes) => `"${part.repeat(bytes / Buffer.byteLength(part))}"`;
}

function field(called: string, value: Make): Make {
  return (bytes) => `"${called}":${value(bytes)}`;
}

function within(called: string, fields: Make): Make {
  return (bytes) => `"${called}":{${fields(bytes)}}`;
}

function misc(title: string, value: Make, isHuge = false): Family {
  return { title: `a misc full of ${title}`, fields: within("misc", field("a", value)), isHuge };
}

function platform(bytes: number): string {
  return within("misc", field("platform", list("[1.0]")))(bytes);
}

function lab(bytes: number): string {
  return within("misc", field("lab", object(name)))(bytes);
}

function name(n: number): string {
  return `"name-${n}-${"x".repeat(40)}":1`;
}

function file(n: number): string {
  return `{"name":"f${n}","url":"https://a/b"}`;
}

function mixed(n: number): string {
  return `"k${n}":{"1":[1.0,"ж\\n",null,true],"0":{"b":"${"x".repeat(n % 60)}"}}`;
}

function fourFields(bytes: number): string {
  const makers = [
    field("misc", object(mixed)),
    field("output_files", list(file)),
    field("comment", text("ж")),
    within("environment", field("compatible", list('"v1"'))),
  ];
  return makers.map((make) => make(bytes / 4)).join();
}
