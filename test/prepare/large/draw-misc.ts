import type { Random } from "../../submission/fuzz/random.ts";

const spaces = [" ", "\n", "\r\n\t", "  "];
/** None ends with a quote or a backslash: there the quick look for equal names may miss some. */
const names = [
  ...[
    "a",
    "b",
    "c\\\\d",
    "\\u0061",
    "\\n",
    "\\u000A",
    '\\"q',
    "",
    "__proto__",
    "toString",
    "é",
    "\\u00e9",
  ],
  ...["0", "2", "10", "007", "4294967294", "4294967295", "1.5", "-1"],
  ...["lab", "runtime", "platform", "automatic_lab", "misc", "l\\u0061b"],
];
const scalars = [
  ...["0", "1", "-0", "-7", "1.0", "0.1", "-1.50", "1e5", "1E-2", "1e20", "1e-40", "0.0", "0e0"],
  ...["9007199254740993", "123456789012345", "1234567890123456", "1e-16383"],
  ...["true", "false", "null"],
  ...[
    '""',
    '"abc"',
    '"shell"',
    '"k8s-x"',
    '"\\/\\b\\f\\n\\r\\t\\"\\\\"',
    '"\\u001F\\u0008\\u0022\\u005c"',
  ],
  ...['"é☃😀\u2028"', '"\\u00e9\\u2603\\ud83d\\ude00\\uD83D\\uDE00"', '"\u007f"'],
];
/** What no database holds. */
const bad = [
  '"\\u0000"',
  '"a\\ud800"',
  '"\\uDC00b"',
  '"\\ud83d\\ud83d\\ude00"',
  `1${"0".repeat(310)}.5`,
  "1e400",
  "1e-16384",
];

/** Draws the text of a `misc`: what JavaScript would write otherwise, names that are equal, what is refused. */
export function drawMisc(random: Random): string {
  const hasBad = random.chance(0.15);
  const space = () => (random.chance(0.15) ? random.pick(spaces) : "");
  const value = (depth: number): string => {
    if (depth === 0 || random.chance(0.4)) {
      return hasBad && random.chance(0.1) ? random.pick(bad) : random.pick(scalars);
    }
    return random.chance(0.6) ? object(depth) : list(depth);
  };
  const spaced = (text: string) => space() + text + space();
  const some = (make: () => string) => {
    const count = random.below(random.chance(0.05) ? 40 : 5);
    return Array.from({ length: count }, () => spaced(make())).join(",");
  };
  const list = (depth: number) => `[${some(() => value(depth - 1))}]`;
  const object = (depth: number): string =>
    `{${some(() => `${spaced(nameOf(random, hasBad))}:${space()}${value(depth - 1)}`)}}`;
  const whole = random.chance(0.02) ? value(3) : object(4);
  return random.chance(0.02) ? whole.replace(/[:,\]]/, random.pick(["", ";", ",,", "}"])) : whole;
}

function nameOf(random: Random, hasBad: boolean): string {
  if (hasBad && random.chance(0.02)) return random.pick(bad.slice(0, 3));
  return random.chance(0.6) ? `"${random.pick(names)}"` : `"name-${random.below(30)}"`;
}
