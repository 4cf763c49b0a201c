import { closeSync, openSync, writeSync } from "node:fs";

/** How many tests are written at once. */
const pieces = 2_000;

/**
 * Writes a valid submission of about `bytes` to `path`, test after test, without ever holding it.
 * Answers how many tests it has.
 */
export function writeBigSubmission(path: string, name: string, bytes: number): number {
  const handle = openSync(path, "w");
  try {
    const origin = "faults";
    const start_time = "2026-03-01T10:00:00+00:00";
    const head = JSON.stringify({
      version: { major: 5, minor: 3 },
      checkouts: [{ id: `${origin}:${name}-checkout-1`, origin, tree_name: "big", start_time }],
      builds: [
        { id: `${origin}:${name}-build`, checkout_id: `${origin}:${name}-checkout-1`, origin },
      ],
    });
    let written = writeSync(handle, `${head.slice(0, -1)},"tests":[`);
    let tests = 0;
    while (written < bytes - 1_000) {
      const texts: string[] = [];
      let size = 0;
      while (texts.length < pieces && written + size < bytes - 1_000) {
        const text = JSON.stringify(oneTest(name, tests++));
        texts.push(text);
        size += text.length + 1;
      }
      const isLast = written + size >= bytes - 1_000;
      written += writeSync(handle, texts.join(",") + (isLast ? "" : ","));
    }
    writeSync(handle, "]}");
    return tests;
  } finally {
    closeSync(handle);
  }
}

// --- internal ---

/** About 400 bytes. */
function oneTest(name: string, number: number): Record<string, unknown> {
  const path = `kselftest.net.case_${number % 997}.step_${number % 31}`;
  return {
    id: `faults:${name}-test-${number}`,
    build_id: `faults:${name}-build`,
    origin: "faults",
    path,
    start_time: "2026-03-01T10:00:00+00:00",
    duration: (number % 6_000) / 10,
    status: number % 17 ? "PASS" : "FAIL",
    environment: { comment: `board ${number % 13}`, misc: { platform: `board-${number % 13}` } },
    log_url: `https://logs.example/${name}/${number}/${path}.txt`,
    misc: { runtime: `lab-${number % 5}`, job: number, attempt: number % 3 },
  };
}
