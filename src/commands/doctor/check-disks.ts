import type { Config } from "../../config/config.ts";
import { describeRoom, groupDisks, nameDisk, warnOfDisk } from "../../observe/disks.ts";
import { spoolAt } from "../../spool/spool.ts";
import type { BesideService } from "../beside-service.ts";
import { exitCodes } from "../command.ts";
import { diskPlaces, readDisks } from "../disk-places.ts";
import type { Finding } from "./check.ts";

/** Looks at the room on the disks that the service writes to, as far as they are on this machine. */
export function checkDisks(
  { spoolDir, databaseUrl }: Config,
  { elsewhere }: Pick<BesideService, "elsewhere">,
): Finding[] {
  const url = elsewhere === undefined ? databaseUrl : undefined;
  const disks = groupDisks(readDisks(diskPlaces(spoolAt(spoolDir), url)));
  return disks.map((disk): Finding => {
    const { names, room } = disk;
    const detail = warnOfDisk(disk) ?? `${nameDisk(disk)}: ${describeRoom(disk)}`;
    if (room === "enough") return { state: "ok", detail };
    const hint = "free space there, or move it to a larger disk; gc deletes old submissions";
    if (room === "low") return { state: "warn", detail, hint };
    const isSpool = names.some((name) => name !== "database");
    const exitCode = isSpool ? exitCodes.cannotCreate : exitCodes.unavailable;
    return { state: "fail", detail, hint, exitCode };
  });
}
