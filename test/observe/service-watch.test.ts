import { describe, expect, test } from "bun:test";
import { readConfig } from "../../src/config/read-config.ts";
import type { Service } from "../../src/ingest/service.ts";
import { ActivityCounters } from "../../src/observe/activity-counters.ts";
import type { DiskReading } from "../../src/observe/disks.ts";
import { stallReason } from "../../src/observe/readiness.ts";
import { ServiceWatch } from "../../src/observe/service-watch.ts";
import type { UploaderState } from "../../src/storage/result.ts";
import type { FaultReport } from "../../src/worker/protocol.ts";
import { impatientLedger } from "../ingest/decide.ts";

const idle: Service["numbers"] = {
  ...{ counts: impatientLedger().counts, open: 0 },
  backlog: { files: 0, bytes: 0, oldestMtimeMs: undefined },
  ...{ loopAtMs: performance.now(), workers: 1, busyWorkers: 0 },
  spoolOutage: undefined,
};

const away: FaultReport = {
  ...{ boundary: "StoreFault", message: "connect ECONNREFUSED", class: "transient" },
  ...{ operation: "write the rows", hint: "is the server running?" },
};
const full: FaultReport = { ...away, boundary: "SpoolFault", message: "ENOSPC", hint: undefined };

function watched() {
  const observed = {
    numbers: idle,
    storage: undefined as UploaderState | undefined,
    disks: [] as DiskReading[],
  };
  const config = readConfig({ "spool-dir": "/srv/spool" }, {});
  const watch = new ServiceWatch(config, new ActivityCounters(), {
    numbers: () => observed.numbers,
    storage: () => observed.storage,
    standsBy: () => undefined,
    disks: () => observed.disks,
  });
  let current: FaultReport | undefined;
  const report = (fault: FaultReport | undefined) => {
    const before = current;
    current = fault;
    const spoolOutage = fault?.boundary === "SpoolFault" ? { fault, lastedMs: 0 } : undefined;
    observed.numbers = { ...idle, spoolOutage };
    if (fault) watch.events.onFault?.(fault);
    else if (before) watch.events.onRecovered?.(before);
  };
  return { watch, observed, report };
}

describe("ServiceWatch", () => {
  test("tells the database's outage with what to do, until it has recovered", () => {
    const { watch, report } = watched();
    expect(watch.snapshot().database.state).toBe("unknown");
    watch.events.onStoreReady?.([]);
    expect(watch.ready()).toBeUndefined();
    report(away);
    expect(watch.ready()).toBe("the database is unreachable");
    expect(watch.snapshot().database).toMatchObject({
      state: "down",
      message: "connect ECONNREFUSED – is the server running?",
    });
    report(undefined);
    expect(watch.snapshot().database).toMatchObject({ state: "up", message: undefined });
  });

  test("a spool that recovers does not bring the database back", () => {
    const { watch, report } = watched();
    report(away);
    watch.events.onRecovered?.(full);
    expect(watch.snapshot().database.state).toBe("down");
  });

  test("tells the spool's outage, which is none of the database's", () => {
    const { watch, report } = watched();
    watch.events.onStoreReady?.([]);
    expect(watch.snapshot().folders).toMatchObject({ target: "/srv/spool", state: "up" });
    report(full);
    const { folders, database } = watch.snapshot();
    expect([folders.state, folders.message, database.state]).toEqual(["down", "ENOSPC", "up"]);
    expect(watch.line()).toEndWith("; spool down: ENOSPC");
    expect([watch.readings().spoolUp, watch.ready()]).toEqual([false, undefined]);
    report({ ...full, class: "operator", hint: "is it mounted?" });
    expect(watch.ready()).toBe("the spool cannot be used: ENOSPC – is it mounted?");
    report(undefined);
    expect([watch.snapshot().folders.state, watch.readings().spoolUp]).toEqual(["up", true]);
    expect(watch.ready()).toBeUndefined();
  });

  test("calls a disk full that has next to no room, and one that nothing can be written to", () => {
    const { watch, observed, report } = watched();
    const space = { device: 1, freeBytes: 500, sizeBytes: 1_000, freeInodes: 9, inodes: 10 };
    const full = { ...space, device: 2, freeBytes: 9 };
    const fullDisks = () => [...watch.readings().fullDisks];
    watch.events.onStoreReady?.([]);
    observed.disks = [
      { name: "spool", space },
      { name: "archive", space: full },
      { name: "failed", space },
    ];
    expect(fullDisks()).toEqual(["archive"]);
    expect(watch.snapshot().disks.map(({ names, room }) => [names, room])).toEqual([
      [["spool", "failed"], "enough"],
      [["archive"], "full"],
    ]);
    // It is still written to.
    expect(watch.ready()).toBeUndefined();
    report({ ...away, code: "53100", message: "no space" });
    expect(fullDisks()).toEqual(["archive", "database"]);
    expect(watch.ready()).toStartWith("the disk of the database is full: no space");
    report(undefined);
    observed.disks = [];
    report({ ...away, boundary: "SpoolFault", code: "EDQUOT", message: "no quota" });
    expect(fullDisks()).toEqual(["spool"]);
    expect(watch.ready()).toStartWith("the disk of the spool is full: no quota");
  });

  test("finds no fault with a main loop that waits for the database to come at all", () => {
    const { watch, observed } = watched();
    observed.numbers = { ...idle, loopAtMs: performance.now() - 900_000 };
    expect(stallReason(watch.progress())).toBeUndefined();
    watch.events.onStoreReady?.([]);
    expect(stallReason(watch.progress())).toBeUndefined();
  });

  test("counts files that are set aside among those that wait, but no stall is their fault", () => {
    const { watch, observed } = watched();
    watch.events.onStoreReady?.([]);
    const backlog = { files: 3, bytes: 15, oldestMtimeMs: Date.now() - 3_600_000 };
    observed.numbers = { ...idle, counts: { ...idle.counts, queued: 2, retrying: 1 }, backlog };
    const { spool } = watch.snapshot();
    expect([spool.waiting, spool.bytes]).toEqual([3, 15]);
    expect(spool.oldestAgeSeconds).toBeCloseTo(3_600, 0);
    expect(watch.readings().queue).toBe(3);
    observed.numbers = { ...idle, counts: { ...idle.counts, retrying: 1 }, backlog };
    expect(watch.snapshot().spool.oldestAgeSeconds).toBeCloseTo(3_600, 0);
    expect(watch.progress().queue).toBe(0);
  });

  test("knows since when the storage server is as it is", async () => {
    const { watch, observed } = watched();
    expect(watch.snapshot().storage.state).toBe("off");
    const well = { breaker: "closed", inFlight: 0, queued: 0, cached: 0 } as const;
    observed.storage = well;
    const { sinceMs } = watch.snapshot().storage;
    await Bun.sleep(5);
    expect(watch.snapshot().storage).toMatchObject({ state: "up", sinceMs });
    observed.storage = { ...well, breaker: "open", reason: "503" };
    const down = watch.snapshot().storage;
    expect([down.state, down.message, down.sinceMs > sinceMs]).toEqual(["down", "503", true]);
  });
});
