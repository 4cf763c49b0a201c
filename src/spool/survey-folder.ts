import { statSync } from "node:fs";
import { asOperator, spoolFault } from "./fault.ts";
import { listIfThere } from "./list-folder.ts";
import { lookAt } from "./look-at.ts";

/** How many submissions lie in a folder, and since when. */
export interface Survey {
  files: number;
  /** Of the files that were looked at. */
  bytes: number;
  /** When the oldest and the newest were written, in milliseconds since the epoch. */
  oldestMs?: number;
  newestMs?: number;
  /** When an entry was last put here or taken away, by whomever; absent where there is no folder. */
  changedMs?: number;
  /**
   * Whether there are more files than are looked at: only some, evenly spread, were: `bytes` is then an
   * estimate, and the ages are at least what they are.
   */
  sampled: boolean;
}

/** What can be looked at in well under half a second. */
const maxLooks = 10_000;

/**
 * Surveys the files of a folder whose names end in one of `endings`; of a huge folder every name is
 * counted but only some files are looked at. A folder that is missing holds nothing. Throws
 * `SpoolFault` on one that cannot be read.
 */
export function surveyFolder(folder: string, endings: readonly string[]): Survey {
  const survey: Survey = { files: 0, bytes: 0, sampled: false };
  const names = list(folder, survey).filter((name) => endings.some((end) => name.endsWith(end)));
  const step = Math.ceil(names.length / maxLooks);
  let files = 0;
  let looks = 0;
  for (let at = 0; at < names.length; at += step) {
    looks++;
    const entry = lookAt(folder, names[at] ?? "");
    if (!entry || "what" in entry) continue;
    files++;
    survey.bytes += entry.bytes;
    survey.oldestMs = Math.min(survey.oldestMs ?? entry.mtimeMs, entry.mtimeMs);
    survey.newestMs = Math.max(survey.newestMs ?? entry.mtimeMs, entry.mtimeMs);
  }
  survey.sampled = step > 1;
  survey.files = survey.sampled ? names.length : files;
  if (survey.sampled) survey.bytes = Math.round((survey.bytes / looks) * names.length);
  return survey;
}

// --- internal ---

function list(folder: string, survey: Survey): string[] {
  try {
    const stats = statSync(folder, { throwIfNoEntry: false });
    if (!stats) return [];
    survey.changedMs = stats.mtimeMs;
    return listIfThere(folder);
  } catch (cause) {
    throw asOperator(spoolFault(cause, "list the folder", folder));
  }
}
