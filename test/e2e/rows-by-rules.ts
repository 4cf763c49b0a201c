/**
 * The rows that submissions give, by the rules of `src/rows/README.md` in their plainest form. Nothing
 * of `src` is used: this is what the program is held against, so it must not share its mistakes.
 */

export type Item = Record<string, unknown>;
/** A submission of version 4.0 or later, as it was sent. */
export type Document = Record<string, unknown> & { version: { major: number; minor?: number } };
/** A row by column, without `_timestamp` and without numbers that a database gives. */
export type PlainRow = Record<string, unknown>;

/** The columns of each main table that are taken from its objects; `!` where a value must be given. */
const mainColumns: Readonly<Record<string, string>> = {
  issues: `id! version! origin! report_url report_subject culprit_code culprit_tool culprit_harness
    comment misc categories`,
  checkouts: `id! origin! tree_name git_repository_url git_commit_hash git_commit_name
    git_repository_branch patchset_files patchset_hash message_id comment start_time log_url
    log_excerpt valid misc git_commit_message git_repository_branch_tip git_commit_tags
    origin_builds_finish_time origin_tests_finish_time`,
  builds: `id! origin! comment start_time duration architecture command compiler input_files
    output_files config_name config_url log_url log_excerpt misc status checkout_id!`,
  tests: `id! origin! environment_comment environment_misc path comment log_url log_excerpt status
    start_time duration output_files misc number_value environment_compatible number_prefix
    number_unit input_files build_id!`,
  incidents: "id! origin! issue_version! present comment misc build_id issue_id! test_id",
};
const treeKey = ["origin", "tree_name", "git_repository_url", "git_repository_branch"];
const counters = "build_pass build_failed build_inc boot_pass boot_failed boot_inc".split(" ");
const testCounters = "test_pass test_failed test_inc".split(" ");
const times = /_time$/;
/** The field of `misc` that names the lab. */
const labFields: Readonly<Record<string, string>> = { builds: "lab", tests: "runtime" };

/** The rows of all nine tables after the documents went in one after the other, by table. */
export function rowsOf(
  documents: Iterable<Document>,
  treeNames: ReadonlyMap<string, string>,
): Map<string, PlainRow[]> {
  const tables = new Tables();
  for (const document of documents) {
    const upgraded = upgrade(structuredClone(document));
    for (const checkout of listOf(upgraded, "checkouts")) {
      const name = treeNames.get(String(checkout.git_repository_url));
      if (name !== undefined) checkout.tree_name = name;
    }
    for (const [list, field] of Object.entries(labFields)) {
      for (const item of listOf(upgraded, list)) nameLab(item, field);
    }
    for (const list of Object.keys(mainColumns)) {
      for (const item of listOf(upgraded, list)) tables.take(list, item);
    }
  }
  return tables.rows();
}

/** What a document of 4.0 or later is in the newest version. Changes the document. */
export function upgrade(document: Document): Document {
  if (document.version.major === 4) {
    for (const checkout of listOf(document, "checkouts")) delete checkout.contacts;
    for (const build of listOf(document, "builds")) {
      if ("valid" in build) build.status = build.valid ? "PASS" : "FAIL";
      delete build.valid;
    }
    for (const test of listOf(document, "tests")) {
      if (test.waived === true) waive(document, String(test.id));
      delete test.waived;
    }
    for (const issue of listOf(document, "issues")) {
      delete issue.build_valid;
      delete issue.test_status;
    }
  }
  document.version = { major: 5, minor: 3 };
  return document;
}

/** A time in UTC with six digits after the point, which sorts; further digits are rounded to even. */
export function inUtc(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const [, fraction = ""] = /\.(\d+)/.exec(value) ?? [];
  const seconds = BigInt(Date.parse(value.trim().replace(/\.\d+/, ""))) / 1000n;
  const digits = fraction.padEnd(7, "0");
  const [whole, rest] = [BigInt(digits.slice(0, 6)), `0.${digits.slice(6)}`];
  const isUp = Number(rest) > 0.5 || (Number(rest) === 0.5 && whole % 2n === 1n);
  const micros = seconds * 1_000_000n + whole + (isUp ? 1n : 0n);
  const second = new Date(Number(micros / 1_000_000n) * 1000).toISOString().slice(0, 19);
  return `${second}.${String(micros % 1_000_000n).padStart(6, "0")}Z`;
}

// --- internal ---

function listOf(document: Document, list: string): Item[] {
  return (document[list] as Item[] | undefined) ?? [];
}

function waive(document: Document, testId: string): void {
  const issue = { id: "_:waived", origin: "_", version: 1, comment: "Test waived as unreliable" };
  const issues = listOf(document, "issues");
  if (!issues.some(({ id }) => id === issue.id)) document.issues = [...issues, issue];
  const incident = {
    ...{ id: `_:waived:1:${testId}`, origin: "_", issue_id: "_:waived", issue_version: 1 },
    ...{ test_id: testId, present: true },
  };
  document.incidents = [...listOf(document, "incidents"), incident];
}

function nameLab(item: Item, field: string): void {
  const misc = (item.misc ?? {}) as Item;
  const lab = misc[field] ?? "";
  const isAutomatic = typeof lab === "string" && /^(shell|k8s.*)$/.test(lab);
  if (isAutomatic) misc.automatic_lab = lab;
  if (isAutomatic || lab === "") misc[field] = item.origin;
  item.misc = misc;
}

class Tables {
  readonly #rows = new Map<string, Map<string, PlainRow>>();

  take(list: string, item: Item): void {
    const row: PlainRow = {};
    for (const column of columnsOf(list)) {
      const [, owner, part = ""] = /^(culprit|environment|number)_(.*)$/.exec(column) ?? [];
      const value = owner ? (item[owner] as Item | undefined)?.[part] : item[column];
      row[column] = times.test(column) ? inUtc(value) : (value ?? null);
    }
    this.#fill(list, "id", row, columnsOf(list, "?"));
    if (list === "checkouts") this.#takeTree(row);
    if (list === "builds") {
      const { id: build_id, origin, checkout_id } = row;
      const pending = { build_id, origin, checkout_id, status: initial(row.status) };
      this.#fill("pending_builds", "build_id", pending, ["status"]);
    }
    if (list === "tests") this.#takePendingTest(row);
  }

  rows(): Map<string, PlainRow[]> {
    for (const build of this.#table("builds").values()) {
      const parts = [build.config_name, build.compiler, build.architecture];
      build.series = new Bun.CryptoHasher("md5")
        .update(parts.map((part) => part ?? "").join(""))
        .digest("hex");
    }
    const pending = this.#table("pending_test");
    for (const [id, test] of pending) {
      const build = this.#table("builds").get(String(test.build_id));
      const checkout = this.#table("checkouts").get(String(build?.checkout_id));
      // The dashboard's aggregation ends at a test whose checkout has no start time: it waits for one.
      if (checkout?.start_time === null) pending.delete(id);
      test.is_boot = test.path === "boot" || String(test.path).startsWith("boot.");
    }
    return new Map([...this.#rows].map(([name, rows]) => [name, [...rows.values()]]));
  }

  #table(name: string): Map<string, PlainRow> {
    const rows = this.#rows.get(name) ?? new Map();
    this.#rows.set(name, rows);
    return rows;
  }

  /** What is stored stays, and what is not there is filled in. */
  #fill(name: string, key: string, row: PlainRow, fillable: readonly string[]): void {
    const rows = this.#table(name);
    const stored = rows.get(String(row[key]));
    if (!stored) rows.set(String(row[key]), row);
    else {
      for (const column of fillable) {
        if (
          !isGiven(name, column, stored) &&
          (stored[column] === null || isGiven(name, column, row))
        )
          stored[column] = row[column];
      }
    }
  }

  #takeTree(checkout: PlainRow): void {
    const tree = Object.fromEntries(treeKey.map((column) => [column, checkout[column]]));
    const { id: checkout_id, start_time, git_commit_name, git_commit_tags } = checkout;
    if (start_time !== null) {
      this.#takeLatest("latest_checkout", treeKey, { ...tree, checkout_id, start_time });
    }
    const { git_commit_hash } = checkout;
    const zeros = Object.fromEntries([...counters, ...testCounters].map((column) => [column, 0]));
    const told = { checkout_id, git_commit_name, git_commit_tags, start_time };
    const listed = { ...tree, git_commit_hash, ...zeros, ...told };
    this.#takeLatest("tree_listing", [...treeKey, "git_commit_hash"], listed);
  }

  #takeLatest(name: string, key: readonly string[], row: PlainRow): void {
    const rows = this.#table(name);
    const id = JSON.stringify(key.map((column) => row[column]));
    const stored = rows.get(id);
    if (!stored || isLater(name, row, stored)) rows.set(id, row);
  }

  #takePendingTest(test: PlainRow): void {
    const { id: test_id, origin, build_id, path, start_time } = test;
    const platform = (test.environment_misc as Item | null)?.platform ?? null;
    const lab = String((test.misc as Item).runtime);
    const fillable = {
      ...{ platform, compatible: test.environment_compatible, status: initial(test.status) },
      ...{ path, start_time, lab, full_status: test.status },
    };
    const row = { test_id, origin, build_id, ...fillable };
    this.#fill("pending_test", "test_id", row, Object.keys(fillable));
  }
}

function columnsOf(list: string, which: "?" | "" = ""): string[] {
  const words = (mainColumns[list] ?? "").split(/\s+/);
  return words
    .filter((word) => which === "" || !word.endsWith("!"))
    .map((word) => word.replace("!", ""));
}

/** A lab that ingestion gave is no value; neither is a `misc` that holds nothing else. */
function isGiven(table: string, column: string, row: PlainRow): boolean {
  const value = row[column];
  if (table === "pending_test" && column === "lab") return value !== row.origin;
  const field = column === "misc" ? labFields[table] : undefined;
  if (field === undefined || value === null) return value !== null;
  return !Bun.deepEquals(value, { [field]: row.origin });
}

function isLater(table: string, row: PlainRow, stored: PlainRow): boolean {
  const [time, than] = [String(row.start_time ?? ""), String(stored.start_time ?? "")];
  if (time !== than) return time > than;
  return table === "latest_checkout" && String(row.checkout_id) > String(stored.checkout_id);
}

function initial(status: unknown): string | null {
  if (status === null) return null;
  return status === "PASS" ? "P" : status === "FAIL" ? "F" : "I";
}
