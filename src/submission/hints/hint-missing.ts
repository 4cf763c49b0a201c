import { isObject } from "../../base/is-object.ts";
import { printable } from "../text/printable.ts";
import type { Path } from "../upgrade/document.ts";
import type { ObjectType } from "../versions/field.ts";
import { type Advice, addAt, moveTo, removeAt } from "./fix.ts";
import { advise, type HintCase } from "./hint-case.ts";
import { toOrigin } from "./hint-pattern.ts";
import { meantField } from "./hint-unknown.ts";
import { links } from "./links.ts";

/** Says what to put where a field is missing, or is `null`; `place` is that of the object. */
export function hintForMissing(
  { mistake }: HintCase,
  place: Path,
  field: string,
): Advice | undefined {
  const { owner } = mistake;
  const { item } = mistake;
  const { id, origin: own } = isObject(item) ? item : {};
  const ofId = typeof id === "string" ? toOrigin(/^([^:]*):/.exec(id)?.[1] ?? "") : "";
  const origin = (typeof own === "string" && toOrigin(own)) || ofId;
  const other = isObject(item) && owner ? findOther(item, owner, field) : undefined;
  if (other !== undefined) {
    const hint = `call ${printable(other)} \`${field}\``;
    return advise(hint, moveTo([...place, other], [...place, field]));
  }
  const add = (words: string, value: unknown) =>
    advise(
      `${words}: add "${field}": ${typeof value === "string" ? printable(value, 60) : value}`,
      addAt([...place, field], value),
    );

  if (field === "origin") {
    const words = "every object names the CI system that it comes from";
    return origin ? add(words, origin) : advise(`${words}, in lower-case letters, digits and _`);
  }
  if (field === "version")
    return add(`number the versions of an ${owner?.name}, the first is 1`, 1);
  if (field === "issue_version")
    return add("name the version of the issue that was seen, the first is 1", 1);
  if (field === "id" && owner) {
    return advise(`give the ${owner.name} an id of its own, as "${origin || "origin"}:name"`);
  }
  if (field === "name") {
    const url = isObject(item) ? item.url : undefined;
    const name = typeof url === "string" ? /([^/?#]+)\/?(?:[?#].*)?$/.exec(url)?.[1] : undefined;
    if (name) return add("name the file", name);
    const hint =
      "a file has a name and a `url`: leave the whole file out while it has none, or name it";
    return typeof url === "string" && url ? advise("name the file") : advise(hint, removeAt(place));
  }
  if (field === "url")
    return advise(
      "a file is told by its `url`: leave the whole file out while it has none",
      removeAt(place),
    );
  if (field === "value")
    return advise(
      "a measurement has a `value`: leave the whole `number` out where there is none",
      removeAt(place),
    );
  const link = Object.hasOwn(links, field) ? links[field] : undefined;
  if (!link) return advise(`add \`${field}\``);
  return advise(link);
}

// --- internal ---

/** The field that stands there in its place, under a name that the object does not have. */
function findOther(item: object, owner: ObjectType, field: string): string | undefined {
  if (Object.hasOwn(item, field)) return undefined;
  return Object.keys(item).find(
    (name) => !Object.hasOwn(owner.fields, name) && meantField(owner, name) === field,
  );
}
