import { httpsUri, path as pathType } from "../versions/types.ts";
import { type Advice, removeAt, replaceAt } from "./fix.ts";
import {
  advise,
  adviseLater,
  type HintCase,
  isNeeded,
  isVersion,
  leaveOut,
  writeInstead,
} from "./hint-case.ts";
import { hintForDocument } from "./hint-document.ts";
import { hintForMissing } from "./hint-missing.ts";
import { hintForPattern } from "./hint-pattern.ts";
import { hintForUnstorable } from "./hint-stored.ts";
import { hintForString } from "./hint-string.ts";
import { hintForType } from "./hint-type.ts";
import { hintForUnknown } from "./hint-unknown.ts";
import { meantUrl } from "./meant-url.ts";

/** Of mistakes that are the same wherever they are made. */
const hintsByCode: Readonly<Record<string, string>> = {
  "cut-off": "the file is not whole: write it anew, under another name until it is complete",
  empty: "there is nothing in the file: write it anew, under another name until it is complete",
  "not-utf8": "save the file as UTF-8",
  "too-deep": "nest it less deep, or send the deep part as text",
};

/**
 * Says in plain words what to change, and, where a program can do it, as a change that ends the
 * mistake: the document is valid then, or has the next mistake.
 */
export function hintFor(given: HintCase): Advice | undefined {
  const { mistake } = given;
  const { code, hint, fix, edit } = mistake;
  if (code === "unstorable") return hintForUnstorable(given);
  if (code.startsWith("upgrade-")) return hintForUpgrade(given);
  if (hint !== undefined) return { hint, fix, edit };
  const known = hintsByCode[code];
  if (known) return { hint: known, edit };
  return hintForValue(given);
}

// --- internal ---

function hintForValue(given: HintCase): Advice | undefined {
  const { mistake } = given;
  const { code, value, type, path, missing } = mistake;
  if (code === "unknown-field") return hintForUnknown(given);
  if (missing !== undefined) return hintForMissing(given, path, missing);
  if (path.length === 0) return hintForDocument(given);
  if (value === null) {
    const what = typeof path.at(-1) === "number" ? "it" : "the field";
    if (!isNeeded(mistake)) return leaveOut(given, `\`null\` is not allowed: leave ${what} out`);
    const owner = path.slice(0, -1);
    const advice = hintForMissing(given, owner, String(path.at(-1)));
    return advice && { ...advice, hint: `\`null\` is not allowed: ${advice.hint}` };
  }
  if (code === "type") return hintForType(given);
  if (type?.kind === "string" && typeof value === "string")
    return hintForString(given, type, value);
  if (typeof value === "number") {
    return isVersion(path)
      ? writeInstead(given, "count from 1 upwards: ", 1)
      : writeInstead(given, "write 0, or more: ", 0);
  }
  return undefined;
}

/** What keeps a valid document from its newest form. */
function hintForUpgrade(given: HintCase): Advice | undefined {
  const { mistake } = given;
  const { code, value, hint = "", path } = mistake;
  if (typeof value !== "string") return advise(hint);
  if (code === "upgrade-url") {
    const meant = meantUrl(value, httpsUri);
    return meant
      ? advise(`${meant.words}: ${JSON.stringify(meant.url)}`, replaceAt(path, meant.url))
      : advise(`${hint}; leave the field out if there is none`, removeAt(path));
  }
  if (code === "upgrade-path") {
    const advice = hintForPattern(
      { ...given, mistake: { ...mistake, type: pathType } },
      pathType,
      value,
    );
    return advice && { ...advice, hint: `${hint}: ${advice.hint}` };
  }
  if (code === "upgrade-nul")
    return adviseLater(hint, () => [replaceAt(path, value.replaceAll("\0", ""))]);
  return advise(hint);
}
