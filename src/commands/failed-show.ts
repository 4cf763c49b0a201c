import { safeJson } from "../base/safe-json.ts";
import { withEnvFile } from "../config/env-file.ts";
import { ConfigFault } from "../config/fault.ts";
import { asksForPlain } from "../config/read-config.ts";
import { readSpoolDir } from "../config/read-spool-dir.ts";
import { formatBytes } from "../observe/units.ts";
import { existingSpool } from "../spool/existing-spool.ts";
import { type ArchivedFile, findArchived } from "../spool/find-archived.ts";
import { type FailedFile, listFailed } from "../spool/list-failed.ts";
import { pathOf, printableName } from "../spool/name.ts";
import { reasonRecord } from "../spool/reason-file.ts";
import type { Spool } from "../spool/spool.ts";
import { defineCommand, exitCodes } from "./command.ts";
import { versioned } from "./json-outputs.ts";
import { bareName, pickFailed } from "./pick-failed.ts";
import { print } from "./print.ts";
import { envFileFlag, spoolDirFlag } from "./shared-flags.ts";

export const failedShowCommand = defineCommand({
  summary:
    "Explain why a submission was refused: every mistake, where it is and what to change. For one that was ingested, say where it is.",
  args: {
    "spool-dir": spoolDirFlag,
    "env-file": envFileFlag,
    json: { type: "boolean", description: "print its .error file on one line" },
  },
  operands: "NAME",
  examples: [
    ["kci-ingester failed show --spool-dir spool NAME.json", "a name as failed list prints it"],
  ],
  async run(args) {
    const env = withEnvFile(args["env-file"], process.env);
    const spool = existingSpool(readSpoolDir(args["spool-dir"], env));
    const found = find(spool, args._);
    if ("place" in found) await print(args.json ? archivedJson(found) : archivedText(spool, found));
    else await print(args.json ? toJson(found) : await toText(spool, found));
    return exitCodes.ok;
  },
});

// --- internal ---

/** A name that was not refused may have been ingested: whoever asks looks for it. Throws `ConfigFault`. */
function find(spool: Spool, words: readonly string[]): FailedFile | ArchivedFile {
  try {
    const [found] = pickFailed(listFailed(spool), words);
    if (found) return found;
    throw new Error("the flag applies to a single file");
  } catch (cause) {
    if (!(cause instanceof ConfigFault)) throw cause;
    const archived = findArchived(spool, bareName(words[0] ?? ""));
    if (!archived) throw cause;
    return archived;
  }
}

function archivedText(spool: Spool, { name, place, bytes }: ArchivedFile): string {
  const shown = printableName(name);
  const line = `ingested  ${shown}: not refused; it is in ${place} (${formatBytes(bytes)})\n`;
  const path = `${spool.root}/${place}`;
  // Only names that a shell takes as they are can be told in a line for it.
  const isPlain = /^\w[\w.+-]*$/.test(name) && /^\/[\w.+/-]*$/.test(path);
  return place === "archive" || !isPlain
    ? line
    : `${line}  to print it: tar --zstd -xOf ${path} ${name}\n`;
}

function archivedJson({ name, place, bytes }: ArchivedFile): string {
  const record = { file: printableName(name), reason: null, archived: place, bytes };
  return `${safeJson(versioned("failed show", record))}\n`;
}

async function toText(spool: Spool, { file, reason, refusedAtMs }: FailedFile): Promise<string> {
  const { renderRefusal } = await import("./render-reading.ts");
  const name = printableName(file.name);
  if (!reason) return `${name}: its .error file is missing; kci-ingester validate explains why\n`;
  const color = process.stdout.isTTY === true && !asksForPlain(process.env);
  const { openFile } = await import("./read-input.ts");
  const { excerptsOf } = await import("./check-input.ts");
  const path = pathOf(spool.failed, file.name);
  const input = color ? await openFile(path, Infinity) : undefined;
  using _ = input?.kind === "large" ? input.file : undefined;
  const excerpt = input && excerptsOf(input, reason);
  const body = renderRefusal(name, reason, { color, excerpt });
  // What a database or a crash is about has no place in the file.
  const message = reason.issues.length === 0 ? `  ${reason.message}\n` : "";
  const origins = reason.origins.join(", ") || "unknown";
  const when = new Date(refusedAtMs).toISOString();
  return `${body}${message}  origin ${origins}, refused ${when} at stage ${reason.stage}\n`;
}

function toJson({ file, reason }: FailedFile): string {
  const record = reason ? reasonRecord(reason) : { file: printableName(file.name), reason: null };
  return `${safeJson(versioned("failed show", record))}\n`;
}
