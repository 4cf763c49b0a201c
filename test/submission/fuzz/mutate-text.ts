import type { Random } from "./random.ts";

const pieces = [
  ...'{}[]",:0123456789.eE+-tfn\\/u \n\t\0\u00a0\u2028😀',
  "\\ud800",
  "\\u0000",
  "null",
  "true",
  "1e400",
  '"__proto__":',
  "//x",
  "\ud83d",
];

/** Puts pieces into a text, takes pieces out of it, or cuts it off. */
export function mutateText(text: string, random: Random): string {
  let mutated = text;
  for (let count = 1 + random.below(3); count > 0; count--) {
    const place = random.below(mutated.length + 1);
    const head = mutated.slice(0, place);
    const kind = random.below(4);
    if (kind === 0) mutated = head + random.pick(pieces) + mutated.slice(place);
    else if (kind === 1) mutated = head + random.pick(pieces) + mutated.slice(place + 1);
    else if (kind === 2) mutated = head + mutated.slice(place + 1 + random.below(5));
    else if (random.chance(0.2)) mutated = head;
  }
  return mutated;
}
