import type { Random } from "../../submission/fuzz/random.ts";

const urls = ["http://a/b", "https://a:b@c/d", "a:b", "x", "http://a/\\u0040", "git:\\/\\/é", ""];
const names = ["a", "b.txt", "c/d", "\\u0061\\/", "é☃😀", "", "e@f", "\\u0000", "\\ud800", "\\n"];
const odd = ["{}", "1.0", "[]", "[[-0]]", "null", '"a"', '{"name":1,"url":"a:b"}', '{"name":"a"}'];
const texts = [
  "x",
  "\\n",
  "\\u00e9",
  "é",
  "☃",
  "\\ud83d\\ude00",
  '\\"',
  "\\\\",
  "\\/",
  "\\u0000",
  "\\udc00",
];
/** A text is taken out of its object from here on. */
const longTextBytes = 4096;

/** Draws fields of an object, each with a comma before it: lists of files, and texts that are long. */
export function drawFields(
  random: Random,
  files: readonly string[],
  ofText: readonly string[],
): string {
  const fields = files
    .filter(() => random.chance(0.4))
    .map((name) => `"${name}":${drawFiles(random)}`);
  for (const name of ofText) if (random.chance(0.2)) fields.push(`"${name}":${drawText(random)}`);
  if (random.chance(0.02)) fields.push(`"unheard":${drawFiles(random)}`);
  if (random.chance(0.02)) fields.push(`"input_files":${drawFiles(random)}`);
  return fields.map((field) => `,${field}`).join("");
}

/** Most lists of files are good; some have what is refused, or in another order, or twice. */
function drawFiles(random: Random): string {
  if (random.chance(0.03)) return random.pick(['""', "{}", '{"":0}', "null", "[", "1"]);
  const isGood = random.chance(0.7);
  const count = random.below(random.chance(0.05) ? 300 : 4);
  return `[${Array.from({ length: count }, () => drawFile(random, isGood)).join(random.pick([",", " , "]))}]`;
}

function drawFile(random: Random, isGood: boolean): string {
  if (!isGood && random.chance(0.05)) return random.pick(odd);
  const [name, url] = isGood
    ? [random.pick(["a", "b.txt", "é☃", "\\u0061"]), random.pick(["http://a/b", "a:b", "a:\\/b"])]
    : [random.pick(names), random.pick(urls)];
  const fields = [`"name":"${name}"`, `"url":"${url}"`];
  if (random.chance(0.1)) fields.reverse();
  if (random.chance(0.02)) fields.push(`"name":"z"`);
  if (!isGood && random.chance(0.05)) fields.push(`"size":1`);
  return `{${fields.join(random.pick([",", ", "]))}}`;
}

function drawText(random: Random): string {
  const pieces = Array.from({ length: 1 + random.below(3) }, () =>
    random.pick(random.chance(0.9) ? texts.slice(0, 9) : texts),
  );
  const piece = pieces.join("");
  const isLong = random.chance(0.5);
  return `"${piece.repeat(isLong ? 1 + longTextBytes / piece.length : 1)}"`;
}
