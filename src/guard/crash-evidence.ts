import type { SpoolFile } from "../spool/spool.ts";
import type { WorkerStep } from "../worker/protocol.ts";

/**
 * What ends of the whole program without a word say of the files that were in hand: facts in, verdicts
 * out. An end may be anybody's doing – an operator's `kill -9`, a loss of power, another program that
 * took all memory – so most of them prove nothing, and only make a file wait for its neighbours.
 */

/** Which run of the machine it is, and how many processes the kernel has killed in it for want of memory. */
export interface Machine {
  /** Empty where the system does not tell. */
  readonly boot: string;
  readonly oomKills: number;
}

/** A file that is alone in hand since others with it have died: what is noted while it is. */
export interface Trial {
  readonly bytes: number;
  /** Epoch milliseconds of its begin and of the last note. */
  readonly startedMs: number;
  readonly seenMs: number;
  /** Resident memory of the process, in bytes, at its begin and at the most. */
  readonly baseBytes: number;
  readonly peakBytes: number;
  readonly step: WorkerStep;
  /** Whether the database was well when it began. */
  readonly isStoreWell: boolean;
}

/** The ends of the program that a file was in hand at. */
export interface CrashRecord {
  readonly deaths: number;
  /** Those with it alone in hand, of which nothing tells that it is to blame, or that it is not. */
  readonly alone: number;
  /** Those with it alone in hand, by memory that it took. */
  readonly proven: number;
  /** Epoch milliseconds of the last. */
  readonly lastMs: number;
}

/** What a run leaves behind: identities of files in hand, and what is known of files from earlier runs. */
export interface CrashNote extends Machine {
  readonly inHand: readonly string[];
  readonly trial?: Trial | undefined;
  readonly records: ReadonlyMap<string, CrashRecord>;
}

/** No file is refused before this number of ends of the program. */
const minDeaths = 3;
/** At least this number of them are proven to be the file's doing, */
const minProven = 2;
/** or at this number it was alone in hand, and nobody knows why they came. */
const minAlone = 4;

/** A good submission that is held takes about 17 times its size; what takes this much more does not end well. */
const usualGrowth = { timesFile: 32, bytes: 256 << 20 };
/**
 * Where the kernel has killed for want of memory, a file that took less is not why. The kernel may be quicker
 * than the notes: a file of some size, at work no longer than it needs, is taken to have grown unseen.
 */
const leastGrowth = { bytes: 96 << 20, unseenFileBytes: 256 << 10 };
/** A file that is longer in hand is slowed by something else, which may also be what ends the program. */
const usualPace = { ms: 5_000, bytesPerMs: 2_000 };
/**
 * A file that was alone in hand at an end which nobody can explain is tried again only once the program has
 * lived without it, longer by far than with it: whoever kills at random then hits it rarely, and not four times.
 */
const controlPausePerMegabyte = 0.1;
/** What is older is forgotten, and beyond the greatest number of files the oldest. */
const maxAgeMs = 7 * 24 * 3_600_000;

const noRecord: CrashRecord = { deaths: 0, alone: 0, proven: 0, lastMs: 0 };

/** Tells one file from another one of its name or of its place on the disk. */
export function identityOf({ inode, bytes, mtimeMs }: SpoolFile): string {
  return `${inode.toString(36)}.${bytes.toString(36)}.${Math.round(mtimeMs).toString(36)}`;
}

/** What is known of files when the program begins, by what the last run has left. */
export function recordsAfter(
  note: CrashNote,
  now: Machine,
  nowMs: number,
): Map<string, CrashRecord> {
  const records = new Map(note.records);
  for (const [id, { lastMs }] of records) if (nowMs - lastMs > maxAgeMs) records.delete(id);
  // The machine has ended with the program: no file's doing.
  if (note.boot !== now.boot) return records;
  const kind = note.trial && note.inHand.length === 1 ? evidenceOf(note.trial, note, now) : "none";
  for (const id of note.inHand) {
    const { deaths, alone, proven } = records.get(id) ?? noRecord;
    records.set(id, {
      deaths: deaths + 1,
      alone: alone + (kind === "alone" ? 1 : 0),
      proven: proven + (kind === "proven" ? 1 : 0),
      lastMs: nowMs,
    });
  }
  return records;
}

/** Whether the ends of the program prove that a file brings them about. */
export function causesCrashes({ deaths, alone, proven }: CrashRecord): boolean {
  return deaths >= minDeaths && (proven >= minProven || alone + proven >= minAlone);
}

/** How long the program must have lived before a file of such a record is tried, in milliseconds. */
export function controlMs(
  { alone }: Pick<CrashRecord, "alone">,
  bytes: number,
  pauseMs: number,
): number {
  return alone === 0 ? 0 : pauseMs * (1 + (bytes >> 20) * controlPausePerMegabyte);
}

/** A file under suspicion that waits, and at how many ends it was in hand. */
export interface Suspect {
  readonly file: SpoolFile;
  readonly deaths: number;
  readonly alone: number;
  /** How often it was handed out in vain in this run: it goes alone from then on, and after others. */
  readonly failures: number;
}

/** A larger one goes alone: it is the one more likely. */
const maxGroupedBytes = 256 << 10;
/** Of small ones so large a part goes together: thousands are soon through, and four ends find one of them. */
const partOfGroup = 16;

/** Orders suspects by how likely one is to end the program, the least likely last. */
export function compareSuspects(a: Suspect, b: Suspect): number {
  return b.failures - a.failures || b.deaths - a.deaths || b.file.bytes - a.file.bytes;
}

/** How many of the last of `suspects`, in that order, go together. */
export function sizeOfGroup(suspects: readonly Suspect[]): number {
  const last = suspects.at(-1);
  if (!last) return 0;
  const isLike = ({ file, deaths, failures }: Suspect) =>
    deaths === last.deaths && file.bytes <= maxGroupedBytes && failures === 0;
  const start = suspects.findLastIndex((one) => !isLike(one)) + 1;
  return Math.max(1, Math.ceil((suspects.length - start) / partOfGroup));
}

// --- internal ---

/** Whether an end with one file alone in hand is proven to be its doing, may be, or says nothing. */
function evidenceOf(trial: Trial, before: Machine, now: Machine): "proven" | "alone" | "none" {
  const { bytes, baseBytes, peakBytes, startedMs, seenMs, step, isStoreWell } = trial;
  const grownBytes = peakBytes - baseBytes;
  if (grownBytes > usualGrowth.timesFile * bytes + usualGrowth.bytes) return "proven";
  const isOwnWork = step === "read" || step === "prepare" || (step === "write" && isStoreWell);
  const isInPace = seenMs - startedMs <= usualPace.ms + bytes / usualPace.bytesPerMs;
  const mayGrowUnseen = isOwnWork && isInPace && bytes >= leastGrowth.unseenFileBytes;
  const isLarge = grownBytes >= leastGrowth.bytes || mayGrowUnseen;
  if (now.oomKills > before.oomKills && isLarge) return "proven";
  return isOwnWork && isInPace ? "alone" : "none";
}
