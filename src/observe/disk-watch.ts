import { lookUpDiskSpace, type Room, roomOf } from "../base/disk-space.ts";
import { type DiskName, type DiskReading, describeRoom } from "./disks.ts";
import type { Log } from "./log.ts";

/** A small disk fills within seconds; a look costs next to nothing. */
const usualStepMs = 1_000;

/** Where what is written lies. */
export interface DiskPlace {
  readonly name: DiskName;
  readonly path: string;
}

/** Looks at the disks from time to time, without holding up anything, and logs when one has no room left. */
export class DiskWatch implements Disposable {
  readonly #places: readonly DiskPlace[];
  readonly #log: Log;
  readonly #timer: Timer;
  readonly #rooms = new Map<DiskName, Room>();
  #readings: readonly DiskReading[] = [];
  #isLooking = false;

  constructor(places: readonly DiskPlace[], log: Log, stepMs = usualStepMs) {
    this.#places = places;
    this.#log = log;
    this.#timer = setInterval(() => void this.look(), stepMs);
    this.#timer.unref();
    void this.look();
  }

  /** What was found at the last look; what cannot be looked at is left out. */
  get readings(): readonly DiskReading[] {
    return this.#readings;
  }

  /** Looks once more, unless a look still waits for a file system that does not answer. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    const found = this.#places.map(async ({ name, path }): Promise<DiskReading[]> => {
      const space = await lookUpDiskSpace(path);
      return space ? [{ name, space }] : [];
    });
    this.#readings = (await Promise.all(found)).flat();
    this.#isLooking = false;
    for (const reading of this.#readings) this.#tell(reading);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #tell({ name, space }: DiskReading): void {
    const room = roomOf(space);
    const before = this.#rooms.get(name) ?? "enough";
    this.#rooms.set(name, room);
    if (room === before) return;
    const { freeBytes, sizeBytes, freeInodes, inodes } = space;
    const fields = {
      ...{ disk: name, room: describeRoom({ space }) },
      ...{ free_bytes: freeBytes, size_bytes: sizeBytes, free_inodes: freeInodes, inodes },
    };
    if (room === "full") this.#log.error("disk_full", fields);
    else if (room === "low") this.#log.warn("disk_low", fields);
    else this.#log.info("disk_has_room", fields);
  }
}
