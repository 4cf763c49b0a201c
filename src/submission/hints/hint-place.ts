import { isObjectOrCarried } from "../carried/values.ts";
import { isKeptList } from "../kept-value.ts";
import type { Path } from "../upgrade/document.ts";
import type { ObjectType, Version } from "../versions/field.ts";
import { type Advice, addAt, type FixStep, moveTo } from "./fix.ts";
import { advise, type HintCase, itemOf } from "./hint-case.ts";

/** Where the dashboard looks for what objects have no field for. */
const places: readonly { owner: string; names: readonly string[]; place: readonly string[] }[] = [
  {
    owner: "test",
    names: ["platform", "board", "device", "devicetype", "machine", "hardware"],
    place: ["environment", "misc", "platform"],
  },
  { owner: "test", names: ["lab", "labname", "runtime"], place: ["misc", "runtime"] },
  { owner: "build", names: ["lab", "labname", "runtime"], place: ["misc", "lab"] },
  { owner: "environment", names: ["platform", "board", "device"], place: ["misc", "platform"] },
];

/** Says where something goes that is known, but stands in another place. */
export function hintForPlace(
  given: HintCase,
  { name: owner }: ObjectType,
  name: string,
): Advice | undefined {
  const { mistake, version } = given;
  if (owner !== "submission" && Object.hasOwn(version.lists, name) && isKeptList(mistake.value))
    return hintForNested(version, owner, name);
  const key = name.toLowerCase().replaceAll(/[_\s-]/g, "");
  const found = places.find((one) => one.owner === owner && one.names.includes(key));
  const steps = found && stepsTo(itemOf(given), mistake.path, found.place);
  if (!steps) return undefined;
  const whole = [...(owner === "environment" ? [owner] : []), ...found.place].join(".");
  return advise(`it is looked for as \`${whole}\`: put it there`, ...steps);
}

// --- internal ---

/** Lists stand beside each other, and their objects name each other. */
function hintForNested({ lists }: Version, owner: string, name: string): Advice {
  const inner = lists[name];
  const link = Object.keys(inner?.fields ?? {}).find((field) => field === `${owner}_id`);
  const how = link ? `, each with its \`${link}\`` : "";
  return advise(
    `\`${name}\` are a list of the submission, beside \`version\`: put them there${how}`,
  );
}

/** Moves a field into an object within its own, which is made where it is absent; nothing where it cannot be. */
function stepsTo(
  item: Record<string, unknown>,
  path: Path,
  place: readonly string[],
): FixStep[] | undefined {
  const owner = path.slice(0, -1);
  const steps: FixStep[] = [];
  let around: unknown = item;
  for (const [depth, part] of place.slice(0, -1).entries()) {
    const next = isObjectOrCarried(around) ? around[part] : undefined;
    if (next !== undefined && !isObjectOrCarried(next)) return undefined;
    if (next === undefined) steps.push(addAt([...owner, ...place.slice(0, depth + 1)], {}));
    around = next;
  }
  const last = place.at(-1) ?? "";
  if (isObjectOrCarried(around) && Object.hasOwn(around, last)) return undefined;
  return [...steps, moveTo(path, [...owner, ...place])];
}
