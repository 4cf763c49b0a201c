/** What may be odd about a valid submission, as stable words for programs: the `code` of a warning. */
export const warningKinds = [
  "old-version",
  "duplicate-key",
  "duplicate-id",
  "other-origin",
  "odd-duration",
  "early-time",
  "future-time",
  "password-in-url",
  "no-path",
  "no-status",
  "no-hash",
  "no-subject",
] as const;
/** One of them. */
export type WarningKind = (typeof warningKinds)[number];

/** Says whether a code is that of a warning. */
export function isWarningKind(code: string): code is WarningKind {
  return (warningKinds as readonly string[]).includes(code);
}
