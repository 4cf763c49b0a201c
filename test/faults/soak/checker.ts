import { copyFileSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { tables } from "../../../src/rows/tables.ts";
import { reasonName } from "../../../src/spool/reason-file.ts";
import { compareRows, type Rows } from "../../e2e/reference-rows.ts";
import type { Scene } from "../scene.ts";
import { type Delivery, maxFileBytes } from "./draw-delivery.ts";
import { contested } from "./draw-document.ts";
import type { Random } from "./random.ts";

const folders = ["", "archive", "failed"] as const;
/** Where a file lies as well while it is moved; what an end of the service leaves there, the next start takes back. */
const betweenFolders = [".kci-ingester.claimed", ".kci-ingester.empty"] as const;
type Folder = (typeof folders | typeof betweenFolders)[number];

/** Says of the spool and the database of a soak what does not hold, in words. */
export class Checker {
  readonly #scene: Scene;
  readonly #delivered: readonly Delivery[];
  readonly #seenStored = new Set<string>();

  constructor(scene: Scene, delivered: readonly Delivery[]) {
    this.#scene = scene;
    this.#delivered = delivered;
  }

  /** How many files lie in a folder of the spool. */
  count(folder: Folder): number {
    return this.#list(folder).length;
  }

  /** What must hold when no service runs (I1, I2), whatever has ended it. */
  async atRest(): Promise<string[]> {
    const places = [...folders, ...betweenFolders];
    const there = new Set(places.flatMap((folder) => this.#list(folder).map(originalName)));
    const lost = this.#delivered.filter(
      ({ name, ending }) => ending !== "deleted" && !there.has(name),
    );
    const broken = lost.map(({ name }) => `I1: ${name} is gone`);
    const fresh = this.#list("archive").filter((name) => !this.#seenStored.has(name));
    const markers = new Map(fresh.map((name) => [this.#marker(name), name]));
    let stored: Set<unknown>;
    try {
      stored = await this.#storedOf([...markers.keys()]);
    } catch {
      // The database is down as well: the next look tells.
      return broken;
    }
    for (const [id, name] of markers) {
      if (!stored.has(id)) broken.push(`I2: archive/${name} has no rows: no ${id}`);
    }
    for (const name of fresh) this.#seenStored.add(name);
    return broken;
  }

  /** What must hold when all is worked off (I1–I5). */
  async atEnd(clean: Scene, random: Random): Promise<string[]> {
    const files = [...(await this.atRest()), ...this.#misplaced(), ...this.#leftOver()];
    // Rows are compared by what is archived: that must be right.
    return files.length > 0 ? files : this.#differences(clean, random);
  }

  /** Files that are not where they belong, not once, or not as they were (I1, I4, I5). */
  #misplaced(): string[] {
    const broken: string[] = [];
    const awaited = new Map<string, Delivery>();
    for (const one of this.#delivered) {
      if (one.ending !== "deleted") awaited.set(keyOf(one.name, one.bytes), one);
    }
    const found = new Set<string>();
    for (const folder of folders) {
      for (const name of this.#list(folder)) {
        const key = keyOf(originalName(name), readFileSync(this.#path(folder, name)));
        const path = join(folder, name);
        const delivery = awaited.get(key);
        if (!delivery) broken.push(`I1: ${path} is no file that was delivered, or is changed`);
        else if (found.has(key)) broken.push(`I1: ${path} is there twice`);
        else if (folder === "") broken.push(`${path} still waits`);
        else if (folder === "failed") broken.push(...this.#unexplained(name, delivery));
        else if (delivery.ending !== "archive") {
          broken.push(`I4: ${path} is archived, but is ${delivery.ending}`);
        }
        found.add(key);
      }
    }
    for (const [key, { name }] of awaited) {
      if (!found.has(key)) broken.push(`I1: ${name} is lost`);
    }
    return broken;
  }

  /** Whether a file in `failed/` has no right to be there. */
  #unexplained(name: string, { ending }: Delivery): string[] {
    if (ending === "archive") return [`I4/I5: failed/${name} is good`];
    try {
      const { reason } = JSON.parse(readFileSync(this.#path("failed", reasonName(name)), "utf8"));
      return reason === ending
        ? []
        : [`I4: failed/${name} is ${ending}, its reason says ${reason}`];
    } catch (cause) {
      return [`I4: failed/${name} has no reason beside it: ${cause}`];
    }
  }

  /** What nobody will clear away: half-written files, reasons without a file. */
  #leftOver(): string[] {
    const names = folders.flatMap((folder) =>
      readdirSync(this.#path(folder, "")).map((name) => join(folder, name)),
    );
    const all = new Set(names);
    return names
      .filter((path) => {
        if (path.endsWith(".error")) return !all.has(path.slice(0, -".error".length));
        return path.endsWith(".part");
      })
      .map((path) => `${path} is left over`);
  }

  /** Rows that differ from those of a clean run over the archived files, in another order (I2, I3). */
  async #differences(clean: Scene, random: Random): Promise<string[]> {
    await clean.reset(new Map());
    mkdirSync(clean.spool, { recursive: true });
    const said = new Map<string, unknown[]>();
    for (const name of random.shuffled(this.#list("archive"))) {
      const path = this.#path("archive", name);
      noteContested(said, readFileSync(path, "utf8"));
      copyFileSync(path, join(clean.spool, name));
    }
    const words = ["--once", "--max-workers", "2", "--max-file-size", String(maxFileBytes)];
    const child = clean.start({}, ...words);
    const [exitCode, log] = await Promise.all([child.exited, new Response(child.stderr).text()]);
    if (exitCode !== 0) {
      return [`a clean run over the archived files ended with ${exitCode}: ${log.slice(-2_000)}`];
    }
    const [wanted, got] = [await clean.rows(), await this.#scene.rows()];
    const broken: string[] = [];
    for (const table of tables) {
      const [left, right] = [wanted.get(table.name), got.get(table.name)];
      if (!left || !right) throw new Error(`no rows were read of ${table.name}`);
      for (const difference of compareRows(table, left, right)) {
        if (contested[table.name]?.includes(difference.column)) continue;
        broken.push(`I3: ${JSON.stringify(difference)}`);
      }
      broken.push(...unsaid(table.name, right, said));
    }
    return broken;
  }

  async #storedOf(ids: readonly string[]): Promise<Set<unknown>> {
    const stored = new Set<unknown>();
    for (let at = 0; at < ids.length; at += 1_000) {
      const list = ids.slice(at, at + 1_000).map((id) => `'${id}'`);
      const text = `select id from tests where id in (${list.join(", ")})`;
      for (const row of await this.#scene.database.query(text)) stored.add(row.id);
    }
    return stored;
  }

  #marker(name: string): string {
    const text = readFileSync(this.#path("archive", name), "utf8");
    return /soak:marker-\d+/.exec(text)?.[0] ?? `no marker in ${name}`;
  }

  #list(folder: Folder): string[] {
    try {
      return readdirSync(this.#path(folder, "")).filter((name) => name.endsWith(".json"));
    } catch (cause) {
      // The first service has not made it yet.
      if ((cause as { code?: string }).code === "ENOENT") return [];
      throw cause;
    }
  }

  #path(folder: string, name: string): string {
    return join(this.#scene.spool, folder, name);
  }
}

// --- internal ---

/** The name that a file had when it came: `f1.json` of `f1.2.json`. */
function originalName(name: string): string {
  return name.replace(/\.\d+\.json$/, ".json");
}

function keyOf(name: string, bytes: Uint8Array): string {
  return `${name} ${new Bun.CryptoHasher("sha1").update(bytes).digest("hex")}`;
}

/** Notes what a document says in contested columns: `table/id/column`. */
function noteContested(said: Map<string, unknown[]>, text: string): void {
  const document = JSON.parse(text) as Record<string, Record<string, unknown>[]>;
  for (const [table, columns] of Object.entries(contested)) {
    for (const object of document[table] ?? []) {
      for (const column of columns) {
        const key = `${table}/${object.id}/${column}`;
        if (object[column] === undefined) continue;
        const values = said.get(key) ?? [];
        if (values.length === 0) said.set(key, values);
        values.push(object[column]);
      }
    }
  }
}

/** Values of contested columns that no archived file gives, and gaps where one does. */
function unsaid(table: string, rows: Rows, said: Map<string, unknown[]>): string[] {
  const broken: string[] = [];
  for (const row of rows.values()) {
    for (const column of contested[table] ?? []) {
      const values = said.get(`${table}/${row.id}/${column}`) ?? [null];
      const stored = row[column] ?? null;
      if (!values.includes(stored)) broken.push(`I3: ${table}.${column} of ${row.id}: ${stored}`);
    }
  }
  return broken;
}
