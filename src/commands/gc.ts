import { safeJson } from "../base/safe-json.ts";
import { withEnvFile } from "../config/env-file.ts";
import { ConfigFault } from "../config/fault.ts";
import { readAge } from "../config/read-age.ts";
import { readSpoolDir } from "../config/read-spool-dir.ts";
import { firstSetting } from "../config/settings.ts";
import { formatBytes, formatCount } from "../observe/units.ts";
import { collectGarbage } from "../spool/collect-garbage.ts";
import { existingSpool } from "../spool/existing-spool.ts";
import { SpoolFault } from "../spool/fault.ts";
import { packArchive } from "../spool/pack/pack-archive.ts";
import { deletePacks, packFolder } from "../spool/pack/packs.ts";
import type { Spool } from "../spool/spool.ts";
import { defineCommand, exitCodes } from "./command.ts";
import { versioned } from "./json-outputs.ts";
import { print } from "./print.ts";
import { envFileFlag, spoolDirFlag } from "./shared-flags.ts";

export const gcCommand = defineCommand({
  summary:
    "Delete old refused and archived submissions, or pack archived ones; waiting files are never touched.",
  args: {
    "spool-dir": spoolDirFlag,
    "env-file": envFileFlag,
    failed: {
      type: "string",
      valueHint: "AGE",
      description: "delete what was refused longer ago than AGE: 12h, 7d, 2w, 1y",
    },
    archive: {
      type: "string",
      valueHint: "AGE",
      description: "delete what was archived longer ago than AGE, packed or not",
    },
    pack: {
      type: "string",
      valueHint: "AGE",
      description:
        "pack what was archived longer ago than AGE into archive/packed/YYYY-MM-DD.tar.zst, in whole days (UTC)",
    },
    "dry-run": {
      type: "boolean",
      description: "print what would be deleted or packed, and do nothing",
    },
    json: { type: "boolean", description: "print one JSON object" },
  },
  examples: [
    ["kci-ingester gc --spool-dir spool --failed 7d --archive 365d --dry-run", "look first"],
    ["kci-ingester gc --spool-dir spool --failed 7d --archive 365d", "KernelCI's policy"],
    ["kci-ingester gc --spool-dir spool --pack 30d", "save space and keep every submission"],
  ],
  async run(args) {
    const env = withEnvFile(args["env-file"], process.env);
    const spool = existingSpool(readSpoolDir(args["spool-dir"], env));
    const dryRun = args["dry-run"] ?? false;
    const asked = jobs.flatMap((job) => {
      const setting = firstSetting([`--${job.flag}`, args[job.flag]]);
      return setting ? [{ ...job, beforeMs: Date.now() - readAge(setting) }] : [];
    });
    if (asked.length === 0) throw nothingAsked();
    const report: Record<string, unknown> = { dry_run: dryRun };
    let failed: SpoolFault | undefined;
    for (const { key, folder, verb, work, tell, beforeMs } of asked) {
      const names: string[] = [];
      const onFile = dryRun ? (name: string) => void names.push(name) : undefined;
      const { fault, ...done } = attempt(() =>
        work(spool, { beforeMs, dryRun, ...(onFile ? { onFile } : {}) }),
      );
      failed ??= fault;
      report[key] = { ...done, ...(dryRun ? { names } : {}) };
      const text = tell(done);
      if (args.json || text === undefined) continue;
      const lines = names.map((name) => `would ${verb}  ${folder}/${name}\n`).join("");
      await print(`${lines}${folder}: ${dryRun ? `would ${verb}` : past[verb]} ${text}\n`);
    }
    if (args.json) await print(`${safeJson(versioned("gc", report))}\n`);
    // The rest was done without it, and told.
    if (failed) throw failed;
    return exitCodes.ok;
  },
});

// --- internal ---

const past = { delete: "deleted", pack: "packed" } as const;

interface Options {
  beforeMs: number;
  dryRun: boolean;
  onFile?: (name: string) => void;
}

interface Done {
  files: number;
  bytes: number;
  kept: number;
  packs?: number | readonly string[];
  left: number;
  fault?: SpoolFault;
}

/** A part of the work: what it is asked by, its key in the JSON object, and its line. */
interface Job {
  readonly flag: "failed" | "archive" | "pack";
  readonly key: string;
  readonly folder: string;
  readonly verb: "delete" | "pack";
  work(spool: Spool, options: Options): Done;
  /** Its line; undefined where there is nothing to say. */
  tell(done: Done): string | undefined;
}

const archiveEndings = [".json", ".json.zst"];

/** In their order: what is too old to keep is not packed first. */
const jobs: readonly Job[] = [
  {
    ...{ flag: "failed", key: "failed", folder: "failed", verb: "delete" },
    work: ({ failed }, options) => collectGarbage(failed, { endings: [".json"], ...options }),
    tell: (done) => `${total(done)}${rest(done)}`,
  },
  {
    ...{ flag: "archive", key: "archive", folder: "archive", verb: "delete" },
    work: ({ archive }, options) =>
      collectGarbage(archive, { endings: archiveEndings, ...options }),
    tell: (done) => `${total(done)}${rest(done)}`,
  },
  {
    ...{ flag: "archive", key: "packs", folder: `archive/${packFolder}`, verb: "delete" },
    work: ({ archive }, options) => deletePacks(archive, options),
    tell: ({ packs, ...done }) =>
      packs || done.kept || done.left
        ? `${formatCount(Number(packs))} ${packs === 1 ? "pack" : "packs"} of ${total(done)}${rest(done)}`
        : undefined,
  },
  {
    ...{ flag: "pack", key: "packed", folder: "archive", verb: "pack" },
    work: ({ archive }, options) => packArchive(archive, { endings: archiveEndings, ...options }),
    tell: ({ packs, ...done }) => {
      const into = Array.isArray(packs) && packs.length > 0 ? ` into ${packs.join(", ")}` : "";
      const why = done.left ? ": unreadable, not deletable, or changed meanwhile" : "";
      return `${total(done)}${into}${rest(done)}${why}`;
    },
  },
];

function total({ files, bytes }: Pick<Done, "files" | "bytes">): string {
  return `${formatCount(files)} (${formatBytes(bytes)})`;
}

function rest({ kept, left }: Done): string {
  return `, ${formatCount(kept)} kept${left ? `, ${formatCount(left)} left` : ""}`;
}

/** What fails as a whole has done nothing, and keeps no other job from its work. */
function attempt(work: () => Done): Done {
  try {
    return work();
  } catch (fault) {
    if (!(fault instanceof SpoolFault)) throw fault;
    return { files: 0, bytes: 0, kept: 0, left: 0, fault };
  }
}

function nothingAsked(): ConfigFault {
  return new ConfigFault("expected --failed AGE, --archive AGE, --pack AGE or several, got none", {
    operation: "read the command line",
    usage: true,
    hint: "KernelCI keeps failed files for a week and the archive for a year: --failed 7d --archive 365d",
  });
}
