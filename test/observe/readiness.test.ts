import { describe, expect, test } from "bun:test";
import { notReadyReason, stallReason } from "../../src/observe/readiness.ts";

const well = {
  ...{ databaseUp: true, spoolOutage: undefined, queue: 3 },
  ...{ movedAtMs: 0, loopAtMs: 0, nowMs: 1000 },
};

describe("readiness", () => {
  test("is given while files move, or none waits", () => {
    expect(notReadyReason(well)).toBeUndefined();
    expect(
      notReadyReason({ ...well, queue: 0, loopAtMs: 200_000, nowMs: 200_000 }),
    ).toBeUndefined();
  });

  test("an outage of the database is not ready, yet no reason to restart", () => {
    const outage = { ...well, databaseUp: false, loopAtMs: 900_000, nowMs: 900_000 };
    expect(notReadyReason(outage)).toBe("the database is unreachable");
    expect(stallReason(outage)).toBeUndefined();
  });

  test.each([
    ["transient", "ECONNREFUSED", "is unreachable"],
    ["transient", "CONNECTION_CLOSED", "is unreachable"],
    ["transient", undefined, "is unreachable"],
    ["transient", "08006", "is unreachable"],
    ["transient", "57P03", "is unreachable"],
    ["transient", "53300", "accepts nothing: why"],
    ["transient", "25006", "accepts nothing: why"],
    ["transient", "SQLITE_BUSY", "accepts nothing: why"],
    ["operator", "28P01", "accepts nothing: why"],
    ["operator", undefined, "accepts nothing: why"],
    ["refused", "23514", "accepts nothing: why"],
  ] as const)("a database that is there is not called away: %s %s", (faultClass, code, words) => {
    const databaseFailure = { message: "why", class: faultClass, code };
    const reason = notReadyReason({ ...well, databaseUp: false, databaseFailure });
    expect(reason).toBe(`the database ${words}`);
  });

  test("a full disk is called that, at once", () => {
    const full = { message: "why", class: "transient" } as const;
    for (const code of ["53100", "SQLITE_FULL", "ENOSPC", "EDQUOT"]) {
      const databaseFailure = { ...full, code };
      const reason = notReadyReason({ ...well, databaseUp: false, databaseFailure });
      expect(reason).toBe("the disk of the database is full: why");
    }
    const spoolOutage = { ...full, code: "ENOSPC", lastedMs: 0 };
    expect(notReadyReason({ ...well, spoolOutage })).toBe("the disk of the spool is full: why");
  });

  test("a spool that cannot be used is not ready, at once or when it lasts, yet no reason to restart", () => {
    const gone = { message: "ENOENT – is it there?", class: "operator", lastedMs: 0 } as const;
    const waiting = { ...well, loopAtMs: 300_000, nowMs: 300_000, spoolOutage: gone };
    expect(notReadyReason(waiting)).toBe("the spool cannot be used: ENOENT – is it there?");
    expect(stallReason(waiting)).toBeUndefined();
    const full = { message: "ENOSPC", class: "transient", lastedMs: 1_000 } as const;
    expect(notReadyReason({ ...well, spoolOutage: full })).toBeUndefined();
    const lasting = { ...full, lastedMs: 60_000 };
    expect(notReadyReason({ ...waiting, spoolOutage: lasting })).toEndWith("ENOSPC");
    expect(stallReason({ ...waiting, spoolOutage: lasting })).toBeUndefined();
  });

  test("files that wait while nothing moves are a stall", () => {
    const stalled = { ...well, loopAtMs: 300_000, nowMs: 300_000 };
    expect(notReadyReason(stalled)).toBe(
      "3 files are waiting and nothing has progressed for 5 min",
    );
    expect(stallReason({ ...stalled, queue: 1 })).toStartWith("1 file is waiting");
  });

  test("a loop that hangs is a stall even when nothing waits", () => {
    expect(stallReason({ ...well, queue: 0, nowMs: 200_000 })).toBe(
      "the main loop has been stuck for 3 min 20 s",
    );
  });
});
