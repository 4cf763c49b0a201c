import type { CrashNote, CrashRecord, Trial } from "./crash-evidence.ts";

/** The note as text: JSON, what is in hand in one string of identities, made once for a batch. */
interface NoteText {
  boot: string;
  oomKills: number;
  inHand: string;
  trial?: Trial;
  /** Identity, deaths, alone, proven, and when the last was. */
  records: [id: string, deaths: number, alone: number, proven: number, lastMs: number][];
}

const separator = " ";

/** Puts identities together, to be part of a note's `inHand`. */
export function joinIdentities(identities: readonly string[]): string {
  return identities.join(separator);
}

/** A note as the text that `parseNote` reads. */
export function formatNote(
  note: Omit<CrashNote, "inHand"> & { inHand: readonly string[] },
): string {
  const { boot, oomKills, inHand, trial, records } = note;
  const text: NoteText = {
    boot,
    oomKills,
    inHand: joinIdentities(inHand),
    ...(trial ? { trial } : {}),
    records: [...records].map(([id, { deaths, alone, proven, lastMs }]) => [
      ...([id, deaths, alone, proven, lastMs] as const),
    ]),
  };
  return JSON.stringify(text);
}

/** Reads a note; undefined where it cannot be one of ours, for which no file is blamed. Never throws. */
export function parseNote(text: string | undefined): CrashNote | undefined {
  try {
    const note = JSON.parse(text ?? "") as NoteText;
    const { boot, oomKills, inHand, trial, records } = note;
    if (typeof boot !== "string" || typeof inHand !== "string") return undefined;
    return {
      boot,
      oomKills: Number(oomKills) || 0,
      inHand: inHand.split(separator).filter(Boolean),
      ...(isTrial(trial) ? { trial } : {}),
      records: new Map(records.map((one) => [String(one[0]), recordOf(one)])),
    };
  } catch {
    return undefined;
  }
}

// --- internal ---

function recordOf([, ...numbers]: NoteText["records"][number]): CrashRecord {
  const [deaths = 0, alone = 0, proven = 0, lastMs = 0] = numbers.map((one) => Number(one) || 0);
  return { deaths, alone, proven, lastMs };
}

function isTrial(trial: Trial | undefined): trial is Trial {
  if (!trial) return false;
  const { bytes, startedMs, seenMs, baseBytes, peakBytes } = trial;
  return [bytes, startedMs, seenMs, baseBytes, peakBytes].every(Number.isFinite);
}
