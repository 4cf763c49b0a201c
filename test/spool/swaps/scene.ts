import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { retryFile } from "../../../src/spool/retry-file.ts";
import { openSpool, type Spool } from "../../../src/spool/spool.ts";
import { inMemory, temporaryFolder } from "../../temporary.ts";

/** A way of a file; `failed retry` runs beside no service, and then one is started. */
export const modes = [
  "plain",
  "compressed",
  "other file system",
  "refused",
  "reasons apart",
  "empty",
  "retry",
] as const;
export type Mode = (typeof modes)[number];

export const name = "x.json";
/** Where a folder is moved to. */
const asides = ["archive.aside", "failed.aside", "failed.aside/.kci-ingester.retry"];
/** Where a reason may lie. */
const reasonPlaces = [
  "failed",
  ...["failed", "failed.aside"].flatMap((at) => [`${at}/.reasons`, `${at}/.reasons.aside`]),
];
/** All texts are of one length, so that none is told from another by its size. */
export const texts = { first: "good one", newer: "good two", former: "good old", bad: "bad: one" };

const firstOf: Record<Mode, string | undefined> = {
  plain: texts.first,
  compressed: texts.first,
  "other file system": texts.first,
  refused: texts.bad,
  "reasons apart": texts.bad,
  empty: undefined,
  retry: texts.bad,
};

/** One file in a spool, and all that is to be known of it afterwards. */
export class SwapScene implements Disposable {
  readonly mode: Mode;
  readonly #folder = temporaryFolder(inMemory);
  /** On a disk, where to make a folder and to remove it takes longer than all else here. */
  readonly #other: ReturnType<typeof temporaryFolder> | undefined;
  readonly root = join(this.#folder.path, "spool");
  /** Where a link leads that is put in the place of a folder. */
  readonly elsewhere = join(this.#folder.path, "elsewhere");
  /** What the service has read, and found good or bad. */
  readonly ingested = new Set<string>();
  readonly refused = new Set<string>();
  /** Bytes that have to lie somewhere in the end. */
  readonly owed = new Set<string>();
  readonly broken: string[] = [];
  readonly spool: Spool;
  /** Who holds the empty file open. */
  readonly slowWriter: number | undefined;

  constructor(mode: Mode, isTaken: boolean) {
    this.mode = mode;
    for (const path of [this.root, this.elsewhere]) mkdirSync(path);
    if (mode === "other file system") {
      this.#other = temporaryFolder(tmpdir());
      symlinkSync(this.#other.path, join(this.root, "archive"));
    }
    this.spool = openSpool(this.root, {
      compressArchive: mode === "compressed",
      reasonPlace: mode === "reasons apart" ? "apart" : "beside",
    });
    if (isTaken) this.#take();
    if (mode === "retry") {
      this.#put("failed", name, texts.bad);
      this.#put("failed", `${name}.error`, "{}");
    } else writeFileSync(this.path, firstOf[mode] ?? "");
    if (mode === "empty") this.slowWriter = openSync(this.path, "r+");
  }

  get path(): string {
    return join(this.root, name);
  }

  /** The folder that the file goes to. */
  get goal(): string {
    const isFailed = ["refused", "reasons apart", "retry"].includes(this.mode);
    return join(this.root, isFailed ? "failed" : "archive");
  }

  /** What is lost if it is not kept from now on: what the service has taken already. */
  before(): void {
    const first = firstOf[this.mode];
    if (first === undefined) return;
    const isThere = lstatSync(this.path, { throwIfNoEntry: false })?.isFile();
    if (!isThere || readFileSync(this.path, "utf8") !== first) this.owed.add(first);
  }

  /** What comes before the service. */
  begin(): void {
    // An operator may name it by a link.
    if (this.mode === "retry") retryFile(this.spool, name);
  }

  /** Undoes what keeps the service from its work, as an operator would. */
  mend(): void {
    const inTheWay = lstatSync(this.path, { throwIfNoEntry: false });
    if (inTheWay && !inTheWay.isFile()) rmSync(this.path, { recursive: true });
    const reasons = join(this.goal, ".reasons");
    if (lstatSync(reasons, { throwIfNoEntry: false })?.isSymbolicLink()) unlinkSync(reasons);
    const aside = `${this.goal}.aside`;
    const isLink = lstatSync(this.goal, { throwIfNoEntry: false })?.isSymbolicLink();
    if (!isLink || !existsSync(aside)) return;
    unlinkSync(this.goal);
    renameSync(aside, this.goal);
  }

  /** Says in `broken` what does not hold in the end. */
  check(mayLeaveParts: boolean): void {
    const files = this.#files();
    const is = (folder: string) => files.filter(([place]) => place === folder);
    for (const [, at, text] of is("archive").filter(([, one]) => !one.endsWith(".part"))) {
      // An operator's own link is no work of the service.
      const isKnown = this.ingested.has(text) || [texts.former, ""].includes(text);
      if (!isKnown) this.broken.push(`archive/${at} holds "${text}", which was not ingested`);
    }
    for (const [, at, text] of is("failed").filter(([, one]) => one.endsWith(".json"))) {
      if (text === texts.former) continue;
      if (!text.startsWith("bad")) this.broken.push(`failed/${at} holds "${text}"`);
      const isTold = files.some(
        ([place, one]) => reasonPlaces.includes(place) && one === `${at}.error`,
      );
      if (!isTold) this.broken.push(`failed/${at} has no reason`);
    }
    const left = files.filter(([place, at, text]) => {
      if (at.endsWith(".part")) return !mayLeaveParts;
      // Of a folder that was moved away under a retry, the file stays in it.
      const isDone = ["archive", "failed.aside/.kci-ingester.retry"].includes(place);
      return !isDone && !reasonPlaces.includes(place) && text !== "";
    });
    if (left.length > 0) this.broken.push(`left: ${left.map(([place, at]) => `${place}/${at}`)}`);
    const kept = new Set(files.map(([, , text]) => text));
    for (const text of this.owed) if (!kept.has(text)) this.broken.push(`"${text}" is lost`);
    if (readdirSync(this.elsewhere).length > 0 && this.mode !== "retry")
      this.broken.push("a link was followed");
  }

  [Symbol.dispose](): void {
    if (this.slowWriter !== undefined) closeSync(this.slowWriter);
    this.#folder[Symbol.dispose]();
    this.#other?.[Symbol.dispose]();
  }

  /** The name is taken where the file goes. */
  #take(): void {
    if (this.mode === "retry") return;
    const folder = this.goal.endsWith("failed") ? "failed" : "archive";
    this.#put(folder, name, texts.former);
    if (folder === "failed") this.#put("failed", `${name}.error`, "{}");
    this.owed.add(texts.former);
  }

  #put(folder: string, at: string, text: string): void {
    writeFileSync(join(this.root, folder, at), text);
  }

  #files(): [folder: string, name: string, text: string][] {
    const found: [string, string, string][] = [];
    const folders = ["", "archive", "failed", ".kci-ingester.claimed", ".kci-ingester.empty"];
    for (const folder of [
      ...[...folders, "failed/.kci-ingester.retry", ...asides],
      ...reasonPlaces.slice(1),
    ]) {
      const path = join(this.root, folder);
      for (const at of existsSync(path) ? readdirSync(path) : []) {
        if (!/\.json(\.zst|\.error)?$|\.part$/.test(at) || !lstatSync(join(path, at)).isFile())
          continue;
        const bytes = readFileSync(join(path, at));
        const text = at.endsWith(".zst") ? Bun.zstdDecompressSync(bytes) : bytes;
        found.push([folder.replace(/\.aside$/, ""), at, text.toString()]);
      }
    }
    return found;
  }
}
