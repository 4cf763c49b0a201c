import type { CheckedFile, ShowLine } from "./check-file.ts";

/** How a report looks. */
export interface ReportOptions {
  /** Colours, and the place before each mistake without the name of its file. */
  readonly color: boolean;
  /** Says nothing of what is well. */
  readonly quiet: boolean;
}

/** How the verdicts on files are written, one after the other; all of it goes to standard output. */
export interface Report {
  begin(): string;
  /** `showLine` gives what shows the lines of the file, where it is text. */
  tell(checked: CheckedFile, showLine: () => ShowLine | undefined): string;
  end(): string;
  /** Whether it tells what a program could change. */
  readonly hasFixes: boolean;
  /** Whether people read it: then the sum of all files is told beside it. */
  readonly isForPeople: boolean;
}

/** The formats that `validate` writes. */
export const reportFormats = ["text", "json", "github", "sarif", "junit"] as const;
/** A format that `--format` names. */
export type ReportFormat = (typeof reportFormats)[number];
