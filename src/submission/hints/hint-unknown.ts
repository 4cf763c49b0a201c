import { isObject } from "../../base/is-object.ts";
import { nearest } from "../../base/nearest.ts";
import { printable } from "../text/printable.ts";
import type { ObjectType, Version } from "../versions/field.ts";
import { newestVersion, versions } from "../versions/versions.ts";
import { type Advice, addAt, moveTo, moveToMisc, removeAt, replaceAt } from "./fix.ts";
import { advise, type HintCase, itemOf, leaveOut, writtenVersion } from "./hint-case.ts";
import { hintForPlace } from "./hint-place.ts";
import { meantBoolean } from "./meant-word.ts";
import { aliases, became } from "./other-names.ts";

/** Says what to do about a field that the object does not have in this version. */
export function hintForUnknown(given: HintCase): Advice | undefined {
  const { mistake, version } = given;
  const { owner, path } = mistake;
  if (!owner) return undefined;
  const name = String(path.at(-1));
  return (
    hintForStatus(given, name) ??
    hintForVersion(given, owner, name) ??
    hintForRoot(given, owner, name) ??
    hintForPlace(given, owner, name) ??
    hintForName(given, owner, name) ??
    hintForOther(given, owner, name, version)
  );
}

/** The field that a name most likely means: mistyped, of an older version, or another tool's word. */
export function meantField(owner: ObjectType, name: string): string | undefined {
  if (name.length > maxMeant) return undefined;
  const known = Object.keys(owner.fields);
  const key = name.toLowerCase().replaceAll(/[_\s-]/g, "");
  const former = became.find((one) => one.owner === modern(owner.name) && one.field === name)?.now;
  return (
    known.find((field) => field === former || field.replaceAll("_", "") === key) ??
    known.find((field) => Object.hasOwn(aliases, field) && aliases[field]?.includes(key)) ??
    nearest(name, known)
  );
}

// --- internal ---

/** A longer name means none that there is. */
const maxMeant = 1_000;

/** `valid` of builds became `status`, whose values are words. */
function hintForStatus({ mistake, version }: HintCase, name: string): Advice | undefined {
  const { owner, path, value } = mistake;
  if (owner?.name !== "build" || name !== "valid" || version.major < 5) return undefined;
  const status = meantBoolean(value) === false ? "FAIL" : "PASS";
  const instead = status === "FAIL" ? '"FAIL" for false' : '"PASS" for true';
  const hint = `builds have \`status\` from 5.0 on, \`valid\` up to 4.5: ${instead}`;
  const place = [...path.slice(0, -1), "status"];
  const isThere = itemOf({ mistake, version }).status !== undefined;
  return advise(hint, removeAt(path), ...(isThere ? [] : [addAt(place, status)]));
}

/** A field that other versions have: the newer one to name, or what became of it. */
function hintForVersion(given: HintCase, owner: ObjectType, name: string): Advice | undefined {
  const having = versions.filter((version) => hasField(version, owner.name, name));
  const { version, mistake } = given;
  const newer = having.find((other) => isNewer(other, version));
  const { major, minor, name: number } = newer ?? newestVersion;
  const instead = owner.name === "submission" || mistake.path[0] !== "version";
  if (newer && instead) {
    const hint = `\`${name}\` exists from ${number} on: name that version, ${writtenVersion({ major, minor })}`;
    return advise(hint, replaceAt(["version"], { major, minor }));
  }
  const last = having.at(-1);
  if (!last) return undefined;
  const found = became.find((one) => one.owner === modern(owner.name) && one.field === name);
  const until = `\`${name}\` exists up to ${last.name}`;
  const { now, words } = found ?? {};
  if (!now) return leaveOut(given, `${until}: leave it out${words ? `; ${words}` : ""}`);
  if (itemOf(given)[now] !== undefined)
    return leaveOut(given, `${until}, then it is \`${now}\`, which is there: leave it out`);
  return advise(
    `${until}: call it \`${now}\``,
    moveTo(mistake.path, [...mistake.path.slice(0, -1), now]),
  );
}

/** Around the lists there is nothing but the version. */
function hintForRoot(given: HintCase, owner: ObjectType, name: string): Advice | undefined {
  if (owner.name !== "submission") return undefined;
  if (name.startsWith("$")) {
    return leaveOut(
      given,
      `a submission has no ${printable(name)}: leave it out, and tell your editor of the schema in its settings`,
    );
  }
  const { value, path } = given.mistake;
  const inside = isObject(value)
    ? Object.keys(value).filter((one) => Object.hasOwn(owner.fields, one))
    : [];
  const free = inside.filter((one) => one !== "version" && itemOf(given)[one] === undefined);
  if (free.length > 0) {
    const shown = free.map((one) => `\`${one}\``).join(", ");
    const moves = free.map((one) => moveTo([...path, one], [one]));
    return advise(
      `take ${shown} out of ${printable(name)}: lists stand beside \`version\``,
      ...moves,
      removeAt(path),
    );
  }
  return undefined;
}

/** A name that is mistyped, or that other tools use. */
function hintForName(given: HintCase, owner: ObjectType, name: string): Advice | undefined {
  const { path } = given.mistake;
  const meant = meantField(owner, name);
  if (meant === undefined) return undefined;
  const to = [...path.slice(0, -1), meant];
  if (itemOf(given)[meant] === undefined)
    return advise(`did you mean \`${meant}\`?`, moveTo(path, to));
  const hint = `did you mean \`${meant}\`, which is there already? Then leave this out`;
  if (!Object.hasOwn(owner.fields, "misc")) return leaveOut(given, hint);
  return {
    hint: `${hint}; data of your own goes into \`misc\``,
    fix: moveToMisc(path, itemOf(given)),
  };
}

/** A field of another object, or one of the submitter's own. */
function hintForOther(given: HintCase, owner: ObjectType, name: string, version: Version): Advice {
  const { path } = given.mistake;
  const others = Object.values(version.lists).filter((type) => Object.hasOwn(type.fields, name));
  const whose = others.map((type) => type.name).join(" and ");
  const isCommon = others.length === Object.keys(version.lists).length;
  const first = whose && !isCommon ? `only a ${whose} has \`${name}\`: ` : "";
  if (Object.hasOwn(owner.fields, "misc")) {
    const misc = owner.name === "environment" ? "environment.misc" : "misc";
    const hint = first
      ? `${first}leave it out, or put it into \`${misc}\``
      : `data of your own goes into \`${misc}\``;
    return { hint, fix: moveToMisc(path, itemOf(given)) };
  }
  const fields = Object.keys(owner.fields)
    .map((field) => `\`${field}\``)
    .join(", ");
  return leaveOut(given, `${first}a ${owner.name} has ${fields} and nothing else: leave it out`);
}

function hasField(version: Version, owner: string, name: string): boolean {
  if (owner === "submission") return Object.hasOwn(version.lists, name);
  return objectsOf(version).some(
    (type) => modern(type.name) === modern(owner) && Object.hasOwn(type.fields, name),
  );
}

/** The objects of a version, those within others too. */
function objectsOf(version: Version): ObjectType[] {
  return Object.values(version.lists).flatMap((type) => [
    type,
    ...Object.values(type.fields).flatMap((field) =>
      field.type.kind === "object" ? [field.type] : [],
    ),
  ]);
}

function modern(owner: string): string {
  return owner === "revision" ? "checkout" : owner;
}

function isNewer(one: Version, other: Version): boolean {
  return one.major > other.major || (one.major === other.major && one.minor > other.minor);
}
