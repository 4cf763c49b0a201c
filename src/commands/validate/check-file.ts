import { SpoolFault } from "../../spool/fault.ts";
import type { Mistake } from "../../submission/refusal.ts";
import type { LineExcerpt } from "../../submission/text/excerpt.ts";
import {
  findWarnings,
  type WarningOptions,
  type Warnings,
} from "../../submission/warnings/find-warnings.ts";
import { checkInput, excerptsOf, type InputReading } from "../check-input.ts";
import { InputFault, openUnpacked } from "../read-input.ts";

/** What there is to say of one file. */
export interface CheckedFile {
  /** As it was named. */
  readonly file: string;
  readonly outcome: "valid" | "refused" | "unreadable";
  /** Absent where it could not be read. */
  readonly reading?: InputReading;
  /** Why it could not be read. */
  readonly fault?: InputFault | SpoolFault;
  /** What changes no verdict; in the order of the file. */
  readonly warnings: readonly Mistake[];
  /** How many warnings there are in all. */
  readonly warningCount: number;
  /** How many references lead out of the file, by field. */
  readonly outside: Readonly<Record<string, number>>;
}

/** Shows the line of a file around a place. */
export type ShowLine = (line: number, column: number) => LineExcerpt;

/** How far a file is checked, and what is told of it. */
export interface CheckOptions {
  /** How many mistakes of a file to tell; all are counted. */
  readonly maxIssues: number;
  /** A larger file is refused, as the service does. */
  readonly maxFileBytes: number;
  /** The same of one with an object that takes more memory; absent: more than usual. */
  readonly maxObjectBytes?: number;
  /** Tell what a program could change. */
  readonly fixes: boolean;
  /** Look for what is odd, too. */
  readonly warnings: boolean;
  /** Warnings are mistakes. */
  readonly strict: boolean;
}

/**
 * Gives the verdict on a file that the service would give, and `tell`s it while the file is open. Throws
 * only what is nobody's fault.
 */
export async function checkFile(
  file: string | InputFault,
  options: CheckOptions,
  tell: (checked: CheckedFile, showLine: () => ShowLine | undefined) => void,
): Promise<CheckedFile> {
  const done = (checked: CheckedFile, showLine = (): ShowLine | undefined => undefined) => {
    tell(checked, showLine);
    return checked;
  };
  if (file instanceof InputFault) return done(unreadable(file.path ?? "", file));
  try {
    const input = await openUnpacked(file, options.maxFileBytes);
    using _ = input.kind === "large" ? input.file : undefined;
    const look = options.warnings ? { nowMs: Date.now(), thorough: options.strict } : undefined;
    const reading = checkInput(input, { ...options, warnings: look });
    const found = reading.accepted && look ? warningsOf(reading, { ...options, ...look }) : none;
    const isRefused = !reading.accepted || (options.strict && found.warningCount > 0);
    const outcome = isRefused ? "refused" : "valid";
    const stage = reading.accepted ? "validate" : reading.refusal.stage;
    return done({ file, outcome, reading, ...found }, () => excerptsOf(input, { stage }));
  } catch (cause) {
    if (!(cause instanceof InputFault || cause instanceof SpoolFault)) throw cause;
    return done(unreadable(file, cause));
  }
}

// --- internal ---

const none: Warnings = { warnings: [], warningCount: 0, outside: {} };

/** A submission that is read part by part was looked at for them by the way. */
function warningsOf(
  reading: Extract<InputReading, { accepted: true }>,
  options: WarningOptions & { maxIssues: number },
): Warnings {
  return "text" in reading ? findWarnings(reading, options) : (reading.warnings ?? none);
}

function unreadable(file: string, fault: InputFault | SpoolFault): CheckedFile {
  return { file, outcome: "unreadable", fault, ...none };
}
