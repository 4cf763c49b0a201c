import { nearest } from "../base/nearest.ts";
import type { FoundMistake } from "./mistakes.ts";
import { printable } from "./text/printable.ts";
import type { StringType, Version } from "./versions/field.ts";
import { versions } from "./versions/versions.ts";

const statusWords: Readonly<Record<string, string>> = {
  passed: "PASS",
  success: "PASS",
  ok: "PASS",
  true: "PASS",
  failed: "FAIL",
  failure: "FAIL",
  false: "FAIL",
  skipped: "SKIP",
  missing: "MISS",
  missed: "MISS",
  incomplete: "MISS",
  errored: "ERROR",
  completed: "DONE",
  complete: "DONE",
  finished: "DONE",
};

/** Of mistakes that are the same wherever they are made. */
const hintsByCode: Readonly<Record<string, string>> = {
  "cut-off": "the file is not whole: write it anew, under another name until it is complete",
  empty: "there is nothing in the file: write it anew, under another name until it is complete",
  "not-utf8": "save the file as UTF-8",
};

/** What the fields that name other objects hold. */
const links: Readonly<Record<string, string>> = {
  checkout_id: "name the checkout that was built by its `id`",
  build_id: "name the build that was tested by its `id`",
  issue_id: "name the issue that was seen by its `id`",
  issue_version: "name the version of the issue that was seen",
};

/** Says in plain words what to change, for the mistakes that submitters make most. */
export function hintFor(mistake: FoundMistake, version: Version): string | undefined {
  const known = mistake.hint ?? hintsByCode[mistake.code];
  if (known) return known;
  if (mistake.code === "unknown-field") return hintForUnknown(mistake, version);
  if (mistake.code === "required") return hintForMissing(mistake);
  if (mistake.value === null && mistake.path.length > 0) {
    return "`null` is not allowed: leave the field out";
  }
  const { type, value } = mistake;
  if (mistake.code === "type") return hintForType(mistake);
  if (typeof value === "string" && value.includes("\0")) return "take the \\u0000 out";
  if (typeof value !== "string" || type?.kind !== "string") return undefined;
  if (type.values) {
    const word = statusWords[value.toLowerCase()] ?? nearest(value, type.values);
    const found = word !== undefined && type.values.includes(word) ? word : undefined;
    return found && `write ${found}: upper case, nothing around it`;
  }
  if (type.format === "date-time") return hintForTime(value);
  if (type.format === "uri") return hintForUri(value);
  if (mistake.code === "pattern" && type.pattern?.source.startsWith("^[a-z0-9_]+:")) {
    return hintForId(value, mistake);
  }
  if (mistake.code === "pattern" && type.pattern?.source.startsWith("^[a-z0-9_]")) {
    return /[A-Z]/.test(value) ? "use lower-case letters" : undefined;
  }
  if (mistake.code === "pattern" && mistake.path.at(-1) === "path") return hintForPath(value, type);
  return undefined;
}

function hintForUnknown(
  { path, owner, value }: FoundMistake,
  version: Version,
): string | undefined {
  const name = String(path.at(-1));
  if (owner?.name === "build" && name === "valid" && version.major >= 5) {
    const instead = value === false ? '"FAIL" for false' : '"PASS" for true';
    return `builds have \`status\` from 5.0 on: ${instead}`;
  }
  const newer = versions.find(
    (other) =>
      other.major === version.major &&
      other.minor > version.minor &&
      Object.values(other.lists).some(
        (type) => type.name === owner?.name && Object.hasOwn(type.fields, name),
      ),
  );
  if (newer) return `\`${name}\` exists from ${newer.name} on: name that version`;
  const near = owner && nearest(name, Object.keys(owner.fields));
  if (near) return `did you mean \`${near}\`?`;
  return owner && "misc" in owner.fields ? "data of your own goes into `misc`" : undefined;
}

function hintForMissing({ missing, owner }: FoundMistake): string | undefined {
  if (missing === "version") return `number the versions of an ${owner?.name}, the first is 1`;
  if (missing === "origin") return "every object names the CI system that it comes from";
  if (missing === "id") return `give the ${owner?.name} an id as "origin:name"`;
  return missing === undefined ? undefined : links[missing];
}

function hintForType({ type, value, path }: FoundMistake): string | undefined {
  if (type?.kind === "string") return "put it in double quotes";
  if (type?.kind === "list") return "put it in square brackets, even if there is only one";
  const isQuoted = typeof value === "string" && /^(?:-?[0-9.]+|true|false)$/.test(value);
  if (isQuoted) return "leave out the quotes";
  if (type?.kind === "boolean" && (value === 0 || value === 1)) return "write true or false";
  if (path.at(-1) === "version" && typeof value === "string") {
    const [, major, minor] = /^v?(\d{1,3})\.(\d{1,3})$/.exec(value) ?? [];
    return major && `write it as {"major": ${major}, "minor": ${minor}}`;
  }
  return undefined;
}

function hintForTime(value: string): string | undefined {
  if (/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/.test(value)) {
    return `the zone is missing: add Z for UTC, as ${printable(`${value.replace(" ", "T")}Z`)}`;
  }
  if (/^\d{4}-\d\d-\d\d /.test(value)) return "put a T between date and time";
  if (/[+-]\d{4}$/.test(value)) return "write the zone with a colon, as +00:00";
  if (/^\d{9,}(?:\.\d+)?$/.test(value)) return "seconds since 1970 are not accepted";
  if (/:60/.test(value)) return "leap seconds are not accepted: use :59";
  return undefined;
}

function hintForUri(value: string): string | undefined {
  if (value === "") return "leave the field out if there is no URL";
  if (/^[^\s@]+@[^\s:]+:/.test(value)) return "this is an ssh address: give the https:// URL";
  if (/\s/.test(value)) return "write a space as %20";
  if (/[^\x21-\x7e]/.test(value)) return "characters beyond ASCII must be percent-encoded";
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:/.test(value)) return "a URL begins with a scheme, as https://";
  return undefined;
}

function hintForId(value: string, { path, owner }: FoundMistake): string | undefined {
  if (!value.includes(":")) return `put the origin before it: ${printable(`origin:${value}`, 60)}`;
  if (/^[^:]*[A-Z]/.test(value)) return "the origin before the colon is in lower case";
  return path.at(-1) === "id" && owner ? "begin it with the origin and a colon" : undefined;
}

/** The path of a test as it was perhaps meant, if that would do. */
function hintForPath(value: string, { pattern }: StringType): string | undefined {
  if (value.length > 200) return undefined;
  const meant = value
    .replaceAll(/[/:.]+/g, ".")
    .replaceAll(/[^\w.-]+/g, "_")
    .replaceAll(/^\.|\.$/g, "");
  return meant !== "" && pattern?.regex.test(meant) ? `write ${printable(meant, 60)}` : undefined;
}
