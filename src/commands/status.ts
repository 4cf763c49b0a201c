import { escapeText } from "../base/escape-text.ts";
import { Fault } from "../base/fault.ts";
import { isFullDisk } from "../base/full-disk.ts";
import { maskSecrets } from "../base/mask-secrets.ts";
import { maskedJson } from "../base/safe-json.ts";
import { type Disk, describeRoom, groupDisks, nameDisk, warnOfDisk } from "../observe/disks.ts";
import { formatBytes, formatCount, formatSeconds } from "../observe/units.ts";
import { existingSpool } from "../spool/existing-spool.ts";
import { lastIngestionMs } from "../spool/last-ingestion.ts";
import { listPacks, type Pack } from "../spool/pack/packs.ts";
import { listStandbys, type Standby } from "../spool/standby-note.ts";
import { type Survey, surveyFolder } from "../spool/survey-folder.ts";
import { probeStore } from "../store/probe-store.ts";
import { type BesideService, besideService } from "./beside-service.ts";
import { defineCommand, exitCodes } from "./command.ts";
import {
  describeService,
  lacksPassword,
  passwordHint,
  type ServiceReport,
} from "./describe-service.ts";
import { diskPlaces, readDisks } from "./disk-places.ts";
import { versioned } from "./json-outputs.ts";
import { print } from "./print.ts";
import { databaseFlag, envFileFlag, spoolDirFlag } from "./shared-flags.ts";

/** An operator who asks waits less long than the service would. */
const patience = { connectTimeoutMs: 2_000, statementTimeoutMs: 5_000 };

export const statusCommand = defineCommand({
  summary:
    "Show whether the service is running, how many submissions are waiting, failed and archived, and whether the database is usable.",
  args: {
    "spool-dir": spoolDirFlag,
    database: databaseFlag,
    "env-file": envFileFlag,
    json: { type: "boolean", description: "print one JSON object" },
  },
  examples: [
    ["kci-ingester status --spool-dir spool", "read-only; safe while the service runs"],
    [
      "kci-ingester status --spool-dir spool --env-file /etc/kci-ingester.env",
      "with the variables that systemd gives the service, such as a password",
    ],
    ["kci-ingester status --json", "for scripts, with SPOOL_DIR set"],
  ],
  async run(args) {
    const beside = besideService(args, process.env);
    const spool = existingSpool(beside.spoolDir);
    const url = beside.databaseUrl;
    const waiting = surveyFolder(spool.root, [".json"]);
    // The answers come in while the larger folders are surveyed.
    const answers = Promise.all([askDatabase(beside), describeService(beside)]);
    const failed = surveyFolder(spool.failed, [".json"]);
    const archive = surveyFolder(spool.archive, [".json", ".json.zst"]);
    // Before the first note the archive's own time has to do.
    const archivedMs = archive.files > 0 ? archive.changedMs : undefined;
    const ingestedMs = lastIngestionMs(spool.root) ?? archivedMs;
    const [database, service] = await answers;
    let packTrouble: string | undefined;
    const packs = listPacks(spool.archive, ({ message }) => {
      packTrouble ??= message;
    });
    const facts = {
      spool: spool.root,
      service,
      ingestedMs,
      waiting,
      failed,
      archive,
      packs,
      packTrouble,
      standbys: listStandbys(spool.root),
      disks: groupDisks(readDisks(diskPlaces(spool, beside.elsewhere ? undefined : url))),
      database,
    };
    await print(args.json ? toJson(facts) : toText(facts));
    return exitCodes.ok;
  },
});

// --- internal ---

interface Facts {
  spool: string;
  service: ServiceReport;
  /** When rows were last committed; absent when none were. */
  ingestedMs: number | undefined;
  waiting: Survey;
  failed: Survey;
  archive: Survey;
  packs: Pack[];
  /** Why a pack, or their folder, cannot be read. */
  packTrouble: string | undefined;
  standbys: Standby[];
  disks: Disk[];
  database: { url: string; state: string; detail: string };
}

async function askDatabase(beside: BesideService): Promise<Facts["database"]> {
  const { databaseUrl: url, isOfService, elsewhere } = beside;
  const masked = maskSecrets(url);
  if (elsewhere !== undefined) {
    const detail = `can only be checked where the service runs, on ${elsewhere}`;
    return { url: masked, state: "elsewhere", detail };
  }
  try {
    const { state, missing } = await probeStore(url, patience);
    const names = missing.map(({ name }) => name).join(", ");
    const details = {
      ready: "reachable, all tables exist",
      absent: isOfService
        ? "the file of the running service is missing"
        : "does not exist yet; the service will create it",
      outdated: `from an older version; the service adds ${names} when it starts`,
      incomplete: `reachable, but ${names} missing: run doctor for the fix`,
    };
    return { url: masked, state, detail: details[state] };
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    // What is transient may work in a minute; the rest waits for somebody to act.
    const otherwise = cause.class === "transient" ? "unreachable" : "unusable";
    const state = isFullDisk(cause.code) ? "full" : otherwise;
    const better = isOfService && lacksPassword(cause, url) ? passwordHint : cause.hint;
    const hint = better ? `; ${better}` : "";
    return { url: masked, state, detail: `${state}: ${cause.message}${hint}` };
  }
}

function toText(facts: Facts): string {
  const { waiting, failed, archive, packs, packTrouble, ingestedMs, database } = facts;
  const rows = [
    ["spool", escapeText(facts.spool)],
    ...facts.service.lines.map((line) => ["service", escapeText(maskSecrets(line))]),
    ["waiting", describe(waiting, "oldest", waiting.oldestMs)],
    ["failed", describe(failed, "newest", failed.newestMs)],
    ["archive", describe(archive, "oldest", archive.oldestMs)],
    ...(packs.length > 0 ? [["packed", describePacks(packs)]] : []),
    ...(packTrouble ? [["packed", escapeText(packTrouble)]] : []),
    ...facts.standbys.map(({ pid, host, since }) => [
      "standby",
      escapeText(`process ${pid} on ${host} since ${since}`),
    ]),
    ...facts.disks.map((disk) => ["disk", roomInWords(disk)]),
    ["last ingestion", ingestedMs === undefined ? "never" : ago(ingestedMs)],
    ["database", `${escapeText(database.url)}: ${escapeText(maskSecrets(database.detail))}`],
  ];
  return rows.map(([name = "", text]) => `${name.padEnd(16)}${text}\n`).join("");
}

function roomInWords(disk: Disk): string {
  return warnOfDisk(disk) ?? `${nameDisk(disk)}: ${describeRoom(disk)}`;
}

function describe(survey: Survey, which: string, atMs: number | undefined): string {
  if (survey.files === 0) return "nothing";
  const about = survey.sampled ? "about " : "";
  const files = `${formatCount(survey.files)} file${survey.files === 1 ? "" : "s"}`;
  const age = atMs === undefined ? "" : `, ${which} written ${about}${ago(atMs)}`;
  return `${files}, ${about}${formatBytes(survey.bytes)}${age}`;
}

function sumOf(packs: readonly Pack[]) {
  const sum = { files: 0, bytes: 0, packed_bytes: 0 };
  for (const { files, bytes, packedBytes } of packs) {
    sum.files += files;
    sum.bytes += bytes;
    sum.packed_bytes += packedBytes;
  }
  return sum;
}

function describePacks(packs: readonly Pack[]): string {
  const { files, bytes, packed_bytes } = sumOf(packs);
  const many = `${formatCount(files)} file${files === 1 ? "" : "s"}, ${formatBytes(bytes)}`;
  const those = packs.length === 1 ? "1 pack" : `${formatCount(packs.length)} packs`;
  return `${many} in ${those} of ${formatBytes(packed_bytes)}, the oldest of ${packs[0]?.day}`;
}

function ago(atMs: number): string {
  const seconds = Math.round((Date.now() - atMs) / 1000);
  return seconds < 1 ? "just now" : `${formatSeconds(seconds)} ago`;
}

function toJson(facts: Facts): string {
  const folder = ({ files, bytes, oldestMs, newestMs, sampled }: Survey) => ({
    files,
    bytes,
    oldest: iso(oldestMs),
    newest: iso(newestMs),
    sampled,
  });
  return `${maskedJson(
    versioned("status", {
      spool: facts.spool,
      service: facts.service.fields,
      waiting: folder(facts.waiting),
      failed: folder(facts.failed),
      archive: folder(facts.archive),
      packed: {
        ...sumOf(facts.packs),
        packs: facts.packs.length,
        oldest: facts.packs.at(0)?.day ?? null,
        newest: facts.packs.at(-1)?.day ?? null,
        trouble: facts.packTrouble ?? null,
      },
      standbys: facts.standbys,
      disks: facts.disks.map(({ names, room, space }) => ({
        ...{ names, room, free_bytes: space.freeBytes, size_bytes: space.sizeBytes },
        ...{ free_inodes: space.freeInodes ?? null, inodes: space.inodes ?? null },
      })),
      last_ingestion: iso(facts.ingestedMs),
      database: facts.database,
    }),
  )}\n`;
}

function iso(atMs: number | undefined): string | null {
  return atMs === undefined ? null : new Date(atMs).toISOString();
}
