import { readFileSync, writeFileSync } from "node:fs";
import { closeHandle } from "../base/close-handle.ts";
import { escapeText } from "../base/escape-text.ts";
import { maskSecrets } from "../base/mask-secrets.ts";
import { safeJson } from "../base/safe-json.ts";
import type { Refusal } from "../submission/refusal.ts";
import { spoolFault } from "./fault.ts";
import { withSuffix } from "./free-name.ts";
import type { HeldFolder } from "./held-folder.ts";
import { encodeName, pathOf, printableName } from "./name.ts";
import { openAsIs } from "./open-as-is.ts";
import { writeWhole } from "./write-whole.ts";

/** Why a submission lies in `failed/`: what its `.error` file holds, as JSON. */
export interface ReasonFile extends Refusal {
  /** Name of the submission as it is in `failed/`, printable. */
  file: string;
  /** When it was refused, ISO 8601 in UTC. */
  when: string;
}

/**
 * A reason as it is written and printed: with keys in snake case, as in all that the commands print.
 */
export function reasonRecord({ issueCount, ...reason }: ReasonFile): Record<string, unknown> {
  return { ...reason, issue_count: issueCount };
}

const ending = ".error";
const maxNameBytes = 255;

/** The name of the reason file of a submission; a very long one is cut and told apart by a digest. */
export function reasonName(name: string): string {
  if (encodeName(name).length + ending.length <= maxNameBytes) return name + ending;
  const digest = new Bun.CryptoHasher("sha256").update(encodeName(name)).digest("hex").slice(0, 8);
  return withSuffix(name, `~${digest}${ending}`);
}

/** Writes the reason file of `name` in `folder`, whole or not at all. Throws `SpoolFault`. */
export function writeReason(folder: HeldFolder, name: string, refusal: Refusal): void {
  const content: ReasonFile = {
    file: printableName(name),
    when: new Date().toISOString(),
    ...refusal,
    message: maskSecrets(refusal.message),
  };
  try {
    writeWhole(folder, reasonName(name), (handle) => {
      writeFileSync(handle, `${safeJson(reasonRecord(content), 2)}\n`);
      return true;
    });
  } catch (cause) {
    throw spoolFault(cause, "write the reason of", printableName(name));
  }
}

/** Reads the reason file of `name`; undefined where there is none, or none that we could have written. */
export function readReason(folder: string, name: string): ReasonFile | undefined {
  try {
    const text = readText(pathOf(folder, reasonName(name)));
    // Whoever may write there must not reach a terminal, and no command has to see to that.
    const safe = (_key: string, value: unknown) =>
      typeof value === "string" ? escapeText(value) : value;
    const { issue_count, ...found } = JSON.parse(text, safe) as ReasonFile & {
      issue_count?: number;
    };
    // Releases before this key was settled wrote `issueCount`.
    const issueCount = issue_count ?? found.issueCount ?? found.issues?.length;
    return isOurs(found) && Number.isSafeInteger(issueCount) ? { ...found, issueCount } : undefined;
  } catch {
    return undefined;
  }
}

// --- internal ---

function readText(path: string | Buffer): string {
  const handle = openAsIs(path);
  try {
    return readFileSync(handle, "utf8");
  } finally {
    closeHandle(handle);
  }
}

function isOurs({ reason, message, when, stage, origins, issues }: ReasonFile): boolean {
  const isNumber = (one: unknown) => one === undefined || Number.isSafeInteger(one);
  return (
    Array.isArray(origins) &&
    Array.isArray(issues) &&
    [reason, message, when, stage, ...origins].every((text) => typeof text === "string") &&
    issues.every(
      ({ path, line, column, times, places = [] }) =>
        typeof path === "string" &&
        [line, column, times].every(isNumber) &&
        Array.isArray(places) &&
        places.every((place) => [place.line, place.column].every(isNumber)),
    )
  );
}
