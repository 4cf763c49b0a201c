import { isCarriedList } from "../submission/carried/values.ts";
import type { Item, ListName } from "../submission/submission.ts";
import type { FieldPath } from "./field-path.ts";
import { type Limits, limitsOf, maxInteger, textHeaderBytes } from "./limits.ts";
import { isStorableTime } from "./timestamp.ts";

/** Of a field: how many characters always fit, as a text or in each of a list, and what is inside it. */
interface Rule {
  maxCharacters: number;
  maxInElement: number;
  isTime: boolean;
  readonly inner: Map<string, Rule>;
}

/** Most bytes of a character in UTF-8, by UTF-16 unit. */
const maxCharacterBytes = 3;

const known = new Map<ListName, Map<string, Rule>>();

/**
 * Says quickly whether an object of a list is far enough from every limit of a text, number or time.
 * False does not mean that it is unstorable; of `misc` only what has a column is looked at.
 */
export function fitsEasily(list: ListName, item: Item): boolean {
  let rules = known.get(list);
  if (!rules) {
    rules = makeRules(limitsOf(list));
    known.set(list, rules);
  }
  return fits(item, rules);
}

// --- internal ---

/** Most fields are absent: only those that are there are looked at. */
function fits(object: Item, rules: Map<string, Rule>): boolean {
  for (const name in object) {
    const rule = rules.get(name);
    if (rule && !fitsRule(object[name], rule)) return false;
  }
  return true;
}

function fitsRule(value: unknown, rule: Rule): boolean {
  if (typeof value === "string") {
    return value.length <= rule.maxCharacters && (!rule.isTime || isStorableTime(value));
  }
  if (typeof value === "number") return value <= maxInteger && value >= -maxInteger;
  if (typeof value !== "object" || value === null) return true;
  // Where a text is limited, so is that of a list or an object in its place.
  if (rule.maxCharacters < Infinity) return false;
  if (isCarriedList(value)) return rule.maxInElement === Infinity;
  if (!Array.isArray(value)) return fits(value as Item, rule.inner);
  return value.every((part) => typeof part !== "string" || part.length <= rule.maxInElement);
}

function makeRules(limits: Limits): Map<string, Rule> {
  const rules = new Map<string, Rule>();
  const limit = (field: FieldPath, what: "maxCharacters" | "maxInElement", max: number) => {
    const rule = ruleOf(rules, field);
    rule[what] = Math.min(rule[what], max);
  };
  for (const { field, max } of limits.points) limit(field, "maxCharacters", max);
  for (const { fields, maxBytes } of limits.entries) {
    for (const field of fields)
      limit(field, "maxCharacters", charactersIn(maxBytes / fields.length));
  }
  for (const { fields, maxBytes } of limits.elements) {
    for (const field of fields) limit(field, "maxInElement", charactersIn(maxBytes));
  }
  for (const field of [...limits.integers, ...limits.doubles]) ruleOf(rules, field);
  for (const field of limits.timestamps) ruleOf(rules, field).isTime = true;
  return rules;
}

/** Texts that each keep to their share of an index entry fit together, headers and padding included. */
function charactersIn(shareBytes: number): number {
  return Math.floor((shareBytes - 2 * textHeaderBytes) / maxCharacterBytes);
}

function ruleOf(rules: Map<string, Rule>, [name, ...rest]: FieldPath): Rule {
  const rule = rules.get(String(name)) ?? {
    maxCharacters: Infinity,
    maxInElement: Infinity,
    isTime: false,
    inner: new Map(),
  };
  rules.set(String(name), rule);
  return rest.length === 0 ? rule : ruleOf(rule.inner, rest);
}
