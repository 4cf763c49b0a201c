import { dirname } from "node:path";
import { diskSpaceAt } from "../base/disk-space.ts";
import type { DiskPlace } from "../observe/disk-watch.ts";
import type { DiskReading } from "../observe/disks.ts";
import type { Spool } from "../spool/spool.ts";
import { storeKind } from "../store/store-kind.ts";

/**
 * Where the service writes, as far as it is on this machine: of a server nothing can be known, nor of a
 * database that is elsewhere and has no URL so.
 */
export function diskPlaces(
  { root, archive, failed }: Pick<Spool, "root" | "archive" | "failed">,
  databaseUrl: string | undefined,
): DiskPlace[] {
  const file = databaseUrl && storeKind(databaseUrl).fileOf(databaseUrl);
  return [
    { name: "spool", path: root },
    { name: "archive", path: archive },
    { name: "failed", path: failed },
    // What is beside the file grows as well.
    ...(file === undefined || file === ""
      ? []
      : [{ name: "database", path: dirname(file) } as const]),
  ];
}

/** The room that each of them has now. */
export function readDisks(places: readonly DiskPlace[]): DiskReading[] {
  return places.flatMap(({ name, path }) => {
    const space = diskSpaceAt(path);
    return space ? [{ name, space }] : [];
  });
}
