import {
  type DiskSpace,
  freeInodeShare,
  freeShare,
  type Room,
  roomOf,
} from "../base/disk-space.ts";
import { formatBytes, formatCount } from "./units.ts";

/** What the service writes to, each of which may lie on a disk of its own. */
export const diskNames = ["spool", "archive", "failed", "database"] as const;
/** What is written to a disk. */
export type DiskName = (typeof diskNames)[number];

/** The room that one of them has. */
export interface DiskReading {
  readonly name: DiskName;
  readonly space: DiskSpace;
}

/** One disk, and all that lies on it. */
export interface Disk {
  readonly names: readonly DiskName[];
  readonly space: DiskSpace;
  readonly room: Room;
}

/** The disks that were looked at, each once. */
export function groupDisks(readings: readonly DiskReading[]): Disk[] {
  const byDevice = Map.groupBy(readings, ({ space }) => space.device);
  return [...byDevice.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { space } = first;
    return { names: group.map(({ name }) => name), space, room: roomOf(space) };
  });
}

/** `spool, archive, failed`. */
export function nameDisk({ names }: Pick<Disk, "names">): string {
  return names.join(", ");
}

/** `1.2 GB of 40 GB free (3 %), 2,600,000 of 2,700,000 inodes free (96 %)`. */
export function describeRoom({ space }: Pick<Disk, "space">): string {
  const { freeBytes, sizeBytes, freeInodes, inodes } = space;
  const bytes = `${formatBytes(freeBytes)} of ${formatBytes(sizeBytes)} free (${percent(freeShare(space))})`;
  const share = freeInodeShare(space);
  if (share === undefined) return bytes;
  const counts = `${formatCount(freeInodes ?? 0)} of ${formatCount(inodes ?? 0)}`;
  return `${bytes}, ${counts} inodes free (${percent(share)})`;
}

/** What is to be said of a disk without enough room; undefined of others. */
export function warnOfDisk(disk: Disk): string | undefined {
  if (disk.room === "enough") return undefined;
  const how = disk.room === "full" ? "full or almost full" : "filling up";
  return `the disk of ${nameDisk(disk)} is ${how}: ${describeRoom(disk)}`;
}

// --- internal ---

function percent(share: number): string {
  const value = 100 * share;
  return `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)} %`;
}
