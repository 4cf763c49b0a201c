import type { Refusal } from "./refusal.ts";

/** The refusal of a file that is too large to be read (`submission/README.md` 7); it has at least this many bytes. */
export function refuseSize(
  bytes: number,
  maxBytes: number,
  { isAtLeast } = { isAtLeast: false },
): Refusal {
  const expected = `at most ${maxBytes} bytes`;
  const got = isAtLeast ? `more than ${bytes} bytes` : `${bytes} bytes`;
  return {
    stage: "read",
    reason: "too-large",
    message: `$: expected ${expected}, got ${got}`,
    origins: [],
    issues: [
      { path: "$", code: "too-large", expected, got, hint: "split it into several submissions" },
    ],
    issueCount: 1,
  };
}
