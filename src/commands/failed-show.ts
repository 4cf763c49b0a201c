import { safeJson } from "../base/safe-json.ts";
import { asksForPlain } from "../config/read-config.ts";
import { readSpoolDir } from "../config/read-spool-dir.ts";
import { existingSpool } from "../spool/existing-spool.ts";
import { type FailedFile, listFailed } from "../spool/list-failed.ts";
import { pathOf, printableName } from "../spool/name.ts";
import { reasonRecord } from "../spool/reason-file.ts";
import type { Spool } from "../spool/spool.ts";
import { defineCommand, exitCodes } from "./command.ts";
import { pickFailed } from "./pick-failed.ts";
import { print } from "./print.ts";
import { spoolDirFlag } from "./shared-flags.ts";

export const failedShowCommand = defineCommand({
  summary: "Say why a submission was refused: every mistake, where it is, and what to change.",
  args: {
    "spool-dir": spoolDirFlag,
    json: { type: "boolean", description: "print its .error file on one line" },
  },
  operands: "NAME",
  examples: [["kci-ingester failed show --spool-dir spool NAME.json", "a name of failed list"]],
  async run(args) {
    const spool = existingSpool(readSpoolDir(args["spool-dir"], process.env));
    const [found] = pickFailed(listFailed(spool), args._);
    if (found) await print(args.json ? toJson(found) : await toText(spool, found));
    return exitCodes.ok;
  },
});

// --- internal ---

async function toText(spool: Spool, { file, reason, refusedAtMs }: FailedFile): Promise<string> {
  const { renderRefusal } = await import("./render-reading.ts");
  const name = printableName(file.name);
  if (!reason) return `${name}: its .error file is gone; kci-ingester validate tells why\n`;
  const color = process.stdout.isTTY === true && !asksForPlain(process.env);
  const { decode } = await import("../submission/decode.ts");
  const decoded = color ? decode(await bytesOf(pathOf(spool.failed, file.name))) : undefined;
  const text = decoded && "text" in decoded ? decoded.text : undefined;
  const body = renderRefusal(name, reason, { color, text });
  // What a database or a crash is about has no place in the file.
  const message = reason.issues.length === 0 ? `  ${reason.message}\n` : "";
  const origins = reason.origins.join(", ") || "unknown";
  const when = new Date(refusedAtMs).toISOString();
  return `${body}${message}  origin ${origins}, refused ${when} at stage ${reason.stage}\n`;
}

/** A name that is not UTF-8 is opened by its bytes. */
function bytesOf(path: string | Buffer): Promise<Uint8Array> {
  return (typeof path === "string" ? Bun.file(path) : Bun.file(new Uint8Array(path))).bytes();
}

function toJson({ file, reason }: FailedFile): string {
  const record = reason ? reasonRecord(reason) : { file: printableName(file.name), reason: null };
  return `${safeJson(record)}\n`;
}
